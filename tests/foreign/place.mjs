// A place that a redirect leads to; nobody may come there.
import net from 'node:net';

export async function elsewhere() {
  const server = net.createServer(() => { server.visits++; });
  server.visits = 0;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

