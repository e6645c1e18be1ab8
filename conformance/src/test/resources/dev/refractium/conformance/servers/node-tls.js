// Started as: node FILE PORT KEYS
const fs = require('fs');
const tls = require('tls');
const pem = (name) => fs.readFileSync(`${process.argv[3]}/${name}.pem`);

const common = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' };
const server = tls.createServer({ ...common, key: pem('default'), cert: pem('default') });
for (const name of ['a.test', 'b.test']) {
  server.addContext(name, { ...common, key: pem(name), cert: pem(name) });
}
server.on('tlsClientError', () => {});
server.listen(process.argv[2], '127.0.0.1');
