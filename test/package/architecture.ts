import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

/** A part of the repository, and what its files may import; types count as much as values. */
export interface Room {
	/** Its files: the first room of a list whose expression a path matches has the file. */
	files: RegExp;
	/** The names of the other rooms that its files may import from. */
	imports: string[];
	/** The packages and Node.js modules that its files may import; any if not given. */
	packages?: string[];
}

/** An import of a file of the repository, or of a package. */
interface Import {
	from: string;
	/** The imported file's path from the repository's root; undefined for a package. */
	to?: string;
	/** As it stands in the code. */
	specifier: string;
}

const sourceFile = /\.(ts|js|mjs)$/;
const notOurs = /^(node_modules|dist|coverage|\..*)$/;

/** The paths of all source files below a folder, from there, with slashes. */
export function sourceFiles(root: string, folder = ''): string[] {
	return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
		const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
		if (entry.isDirectory()) return notOurs.test(entry.name) ? [] : sourceFiles(root, path);
		return sourceFile.test(entry.name) ? [path] : [];
	});
}

/** Every import of a file, resolved as the compiler does: of values, of types, `require`, `import()`. */
function importsOf(root: string, file: string, options: ts.CompilerOptions): Import[] {
	const path = join(root, file);
	const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'), true, true);
	return importedFiles.map(({ fileName: specifier }) => {
		const found = ts.resolveModuleName(specifier, path, options, ts.sys).resolvedModule;
		if (found && !found.isExternalLibraryImport) {
			const to = relative(root, found.resolvedFileName).split(sep).join('/');
			return { from: file, to, specifier };
		}
		if (specifier.startsWith('.') && !found) {
			throw new Error(`${file} imports ${specifier}, which is not there`);
		}
		return { from: file, specifier };
	});
}

/**
 * What contradicts the rooms' rules: imports from a room that may not be imported from, and circles.
 *
 * @returns a line for each, which names the files
 */
export function violations(root: string, rooms: Record<string, Room>): string[] {
	const options: ts.CompilerOptions = {
		module: ts.ModuleKind.Node16,
		moduleResolution: ts.ModuleResolutionKind.Node16,
		resolveJsonModule: true,
		allowJs: true,
	};
	const roomOf = (file: string) => Object.entries(rooms).find(([, { files }]) => files.test(file));
	const all = sourceFiles(root)
		.filter(roomOf)
		.flatMap((file) => importsOf(root, file, options));

	const forbidden = all.flatMap(({ from, to, specifier }) => {
		const [own, room] = roomOf(from) ?? [];
		const { imports = [], packages }: Partial<Room> = room ?? {};
		if (to === undefined) {
			const name = specifier.replace(/^node:/, '');
			return packages && !packages.includes(name)
				? [`${from} imports ${specifier}: ${own} may not use that package`]
				: [];
		}
		const [other] = roomOf(to) ?? [];
		if (other === undefined || other === own || imports.includes(other)) return [];
		return [`${from} imports ${to}: ${own} may not import from ${other}`];
	});
	return [...forbidden, ...circles(all).map((files) => `A circle: ${files.join(' → ')}`)];
}

/** Circles of imports: each one once, with its first file at both ends. */
function circles(imports: Import[]): string[][] {
	const next = new Map<string, string[]>();
	for (const { from, to } of imports) {
		if (to !== undefined) next.set(from, [...(next.get(from) ?? []), to]);
	}
	const found: string[][] = [];
	const done = new Set<string>();
	const path: string[] = [];
	const visit = (file: string) => {
		const at = path.indexOf(file);
		if (at >= 0) found.push([...path.slice(at), file]);
		if (at >= 0 || done.has(file)) return;
		path.push(file);
		for (const imported of next.get(file) ?? []) visit(imported);
		path.pop();
		done.add(file);
	};
	for (const file of next.keys()) visit(file);
	return found;
}
