import { replaceBetween } from '../../harness/markdown/replace-between';
import { markdownTable } from '../../harness/markdown/table';

test('a table, with what would break its cells made harmless', () => {
	const rows = [
		['a|b', '1 s'],
		['two\nlines', ''],
	];
	expect(markdownTable(['with', 'time'], rows).split('\n')).toEqual([
		'| with | time |',
		'| --- | --- |',
		'| a\\|b | 1 s |',
		'| two lines |  |',
	]);
});

test("the section takes its predecessor's place, and nothing else of the page changes", () => {
	const markers = { start: '<!-- begin -->', end: '<!-- end -->' };
	const readme = `# Title\n\n${markers.start}\n\nold\n\n${markers.end}\n\n## Next\n`;
	expect(replaceBetween(readme, markers, 'new\n')).toBe(readme.replace('old', 'new'));
	expect(() => replaceBetween('# Title', markers, 'new')).toThrow('There is no');
});
