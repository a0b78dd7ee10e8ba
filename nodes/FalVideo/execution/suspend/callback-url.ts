import type { IExecuteFunctions } from 'n8n-workflow';

/**
 * The path of the node's webhook behind the execution's resume URL. That URL is the same for all nodes
 * of an execution, so without a path of its own a late callback could resume another node that waits.
 */
export const callbackPath = 'fal-video';

/** Where fal calls the execution back: its resume URL, which carries a token, with the node's path. */
export function callbackUrl(context: IExecuteFunctions): string {
	const resumeUrl = context.evaluateExpression('{{ $execution.resumeUrl }}', 0) as string;
	if (!URL.canParse(resumeUrl)) return resumeUrl;
	const url = new URL(resumeUrl);
	url.pathname = `${url.pathname.replace(/\/$/, '')}/${callbackPath}`;
	return url.href;
}

/**
 * Whether the host can reach an address of this n8n.
 *
 * @param resumeUrl where the callback goes
 * @param baseUrl the credential's: one that is itself private is taken to be in the same network
 */
export function canCallBack(resumeUrl: string, baseUrl: string): boolean {
	if (!URL.canParse(resumeUrl)) return false;
	return !isPrivateHost(new URL(resumeUrl).hostname) || isPrivateHost(new URL(baseUrl).hostname);
}

/**
 * Whether a host name or address is one that only its own machine or network can reach.
 *
 * The ranges are those of RFC 1918 (private), RFC 6598 (carrier-grade NAT), RFC 3927 and RFC 4291
 * (link-local), RFC 4193 (unique local) and the loopback ones.
 *
 * @param host as `URL.hostname` gives it: in lower case, an IPv6 address in brackets
 */
function isPrivateHost(host: string): boolean {
	if (host.startsWith('[')) return isPrivateIpv6(host.slice(1, -1));
	const bytes = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
	if (bytes) return isPrivateIpv4(Number(bytes[1]), Number(bytes[2]));
	// A name without a dot is known to a network of its own only, such as a container's.
	return !host.includes('.') || /\.(localhost|local|internal|lan|home\.arpa|test)$/.test(host);
}

function isPrivateIpv4(first: number, second: number): boolean {
	return (
		first === 0 ||
		first === 10 ||
		first === 127 ||
		(first === 100 && second >= 64 && second < 128) ||
		(first === 169 && second === 254) ||
		(first === 172 && second >= 16 && second < 32) ||
		(first === 192 && second === 168)
	);
}

function isPrivateIpv6(address: string): boolean {
	// `URL` writes an IPv4 address within IPv6 as two groups of hexadecimal digits.
	const mapped = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(address);
	if (mapped?.[1]) {
		const bits = parseInt(mapped[1], 16);
		return isPrivateIpv4(bits >> 8, bits & 0xff);
	}
	return address === '::' || address === '::1' || /^f[cd]|^fe[89ab]/.test(address);
}
