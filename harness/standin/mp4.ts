/** What an MP4 file says about itself. */
export interface Mp4Facts {
	durationSeconds: number;
	/** Pixels. */
	width: number;
	/** Pixels. */
	height: number;
	/** The four letters of the video's format, e.g. `avc1` for H.264. */
	videoCodec: string;
}

interface Box {
	type: string;
	/** What is in the box, without its head. */
	content: Buffer;
}

/** Reads length, size and format of the video in an MP4. Throws when it is none. */
export function readMp4(file: Buffer): Mp4Facts {
	const top = boxes(file);
	if (top[0]?.type !== 'ftyp') throw new Error('Not an MP4: it does not begin with a box ftyp.');
	const moov = child(file, 'moov');
	const tracks = boxes(moov).filter(({ type }) => type === 'trak');
	const track = tracks.find(({ content }) => handlerOf(content) === 'vide')?.content;
	if (!track) throw new Error('The MP4 has no video track.');
	if (!top.some(({ type }) => type === 'mdat')) throw new Error('The MP4 has no content.');
	return {
		durationSeconds: duration(child(moov, 'mvhd')),
		...size(child(track, 'tkhd')),
		videoCodec: format(child(track, 'mdia', 'minf', 'stbl', 'stsd')),
	};
}

/** The boxes that follow one another in a piece of the file. Throws when the last is cut short. */
function boxes(data: Buffer): Box[] {
	const found: Box[] = [];
	for (let start = 0; start < data.length;) {
		const short = data.readUInt32BE(start);
		const type = data.toString('latin1', start + 4, start + 8);
		const head = short === 1 ? 16 : 8;
		const long = () => Number(data.readBigUInt64BE(start + 8));
		const length = short === 0 ? data.length - start : short === 1 ? long() : short;
		if (length < head || start + length > data.length) {
			throw new Error(`The box ${type} at byte ${start} is cut short.`);
		}
		found.push({ type, content: data.subarray(start + head, start + length) });
		start += length;
	}
	return found;
}

/** The content of a box within boxes. */
function child(data: Buffer, ...path: string[]): Buffer {
	let content = data;
	for (const name of path) {
		const box = boxes(content).find(({ type }) => type === name);
		if (!box) throw new Error(`The MP4 has no box ${path.join('/')}.`);
		content = box.content;
	}
	return content;
}

function handlerOf(track: Buffer): string {
	return child(track, 'mdia', 'hdlr').toString('latin1', 8, 12);
}

/** From `mvhd`: version 1 has 64-bit times, version 0 has 32-bit ones. */
function duration(mvhd: Buffer): number {
	if (mvhd[0] === 1) return Number(mvhd.readBigUInt64BE(24)) / mvhd.readUInt32BE(20);
	return mvhd.readUInt32BE(16) / mvhd.readUInt32BE(12);
}

/** From `tkhd`: its last eight bytes are width and height, in 65536ths of a pixel. */
function size(tkhd: Buffer): Pick<Mp4Facts, 'width' | 'height'> {
	return {
		width: tkhd.readUInt32BE(tkhd.length - 8) / 65_536,
		height: tkhd.readUInt32BE(tkhd.length - 4) / 65_536,
	};
}

/** From `stsd`: the type of its first entry, after version and count. */
function format(stsd: Buffer): string {
	return stsd.toString('latin1', 12, 16);
}
