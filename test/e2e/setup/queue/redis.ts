import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../../harness/server/free-port';
import { Program } from './program';

/** A Redis that keeps nothing on the disk. */
export async function startRedis(folder: string): Promise<{ program: Program; port: number }> {
	const port = await freePort();
	const program = await Program.start({
		command: 'redis-server',
		args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
		logFile: join(folder, 'redis.log'),
		isReady: async () => await answersPing(port),
	});
	return { program, port };
}

async function answersPing(port: number): Promise<boolean> {
	const socket = connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
		socket.write('PING\r\n');
		const [reply] = (await once(socket, 'data')) as [Buffer];
		return reply.toString().startsWith('+PONG');
	} finally {
		socket.destroy();
	}
}
