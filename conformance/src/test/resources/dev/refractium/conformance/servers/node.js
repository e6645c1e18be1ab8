// Started as: node FILE PORT. An application that goes by the Host field, as Express does.
const http = require('http');
const names = ['a.test', 'b.test'];

function virtualHost(field) {
  const name = (field || '').trim().toLowerCase().split(':')[0].replace(/\.$/, '');
  return names.includes(name) ? name : 'default';
}

const server = http.createServer((request, response) => {
  response.setHeader('Vhost', virtualHost(request.headers.host));
  response.end();
});
// Without these, Node closes such connections by itself.
for (const kind of ['connect', 'upgrade']) {
  server.on(kind, (request, socket) => {
    socket.end(`HTTP/1.1 200 OK\r\nVhost: ${virtualHost(request.headers.host)}\r\n\r\n`);
    socket.on('error', () => {});
  });
}
server.listen(process.argv[2], '127.0.0.1');
