import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startLocalEcr } from './host/start.ts'

const usage = `node local-ecr/cli.ts [options]
  --mode tls|localhost    ECR's own host names, as root, or ports on localhost (default: localhost)
  --registry FILE         the distribution project's registry (default: layers in memory)
  --data-dir FOLDER       (default: a folder for temporary files)
  --account ID            may be repeated; the first is the caller's
  --region NAME           may be repeated; the first is the caller's
  --delay-ms N            a distance between the clients and this ECR
  --json                  print the environment as one line of JSON, for another process
`

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'localhost' },
    registry: { type: 'string' },
    'data-dir': { type: 'string' },
    account: { type: 'string', multiple: true },
    region: { type: 'string', multiple: true },
    'delay-ms': { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help || (values.mode !== 'tls' && values.mode !== 'localhost')) {
  process.stdout.write(usage)
  process.exit(values.help ? 0 : 2)
}

const ecr = await startLocalEcr({
  mode: values.mode,
  registryBinary: values.registry ?? null,
  dataDir: values['data-dir'] ?? join(tmpdir(), `local-ecr-${process.pid}`),
  ...(values.account ? { accounts: values.account } : {}),
  ...(values.region ? { regions: values.region } : {}),
  ...(values['delay-ms'] ? { relay: { delayMs: Number(values['delay-ms']) } } : {}),
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    void ecr.stop().then(() => process.exit(0))
  })

const env = ecr.env()
const lines = Object.entries(env).map(([name, value]) => `export ${name}='${value}'`)
process.stdout.write(
  values.json ? `${JSON.stringify({ apiUrl: ecr.apiUrl, env })}\n` : `${lines.join('\n')}\n`,
)
