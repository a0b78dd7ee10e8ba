import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a TLS server needs, in PEM. */
export interface Certificate {
	key: string;
	cert: string;
}

const newKey = ['-newkey', 'rsa:2048', '-nodes'];
const lifetime = ['-days', '2'];

/** A certificate authority of a test's own, whose word counts only where its file is trusted. */
export class CertificateAuthority {
	private constructor(private readonly folder: string) {}

	/**
	 * Makes one, with the program `openssl`.
	 *
	 * @param folder where its files are put
	 */
	static async create(folder: string): Promise<CertificateAuthority> {
		const subject = ['-subj', '/CN=Certificate authority of a test'];
		const files = ['-keyout', 'ca.key', '-out', 'ca.pem'];
		await openssl(folder, ['req', '-x509', ...newKey, ...files, ...subject, ...lifetime]);
		return new CertificateAuthority(folder);
	}

	/** The file that has to be trusted. */
	get file(): string {
		return join(this.folder, 'ca.pem');
	}

	/** Makes a certificate for a host. */
	async certificateFor(host: string): Promise<Certificate> {
		const [key, request, cert, names] = ['key', 'csr', 'pem', 'ext'].map(
			(end) => `${host}.${end}`,
		) as [string, string, string, string];
		await writeFile(join(this.folder, names), `subjectAltName=DNS:${host}\n`);
		const subject = ['-subj', `/CN=${host}`];
		await openssl(this.folder, ['req', ...newKey, '-keyout', key, '-out', request, ...subject]);
		const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
		const signing = ['x509', '-req', '-in', request, ...by, '-out', cert, '-extfile', names];
		await openssl(this.folder, [...signing, ...lifetime]);
		const read = async (file: string) => await readFile(join(this.folder, file), 'utf8');
		return { key: await read(key), cert: await read(cert) };
	}
}

async function openssl(cwd: string, args: string[]): Promise<void> {
	// What it says is in the error, where it fails.
	await promisify(execFile)('openssl', args, { cwd });
}
