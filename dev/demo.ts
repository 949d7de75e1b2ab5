import { main, type Told } from './command/main.ts'
import { exportsOf } from './demo/kept.ts'
import { detail, heading } from './demo/told.ts'
import { CORNER, type Parts, readParts } from './parts.ts'
import { root } from './root.ts'
import type { Stage } from './stage.ts'
import { prepareEngines } from './with-engines.ts'

// The walk that the ECR console prints under "View push commands", made by the action: create the repository,
// log in, build, tag, push; then what comes after it.

const help = `
npm run demo [-- OPTION…]

The walk of the ECR console, made by the action on a local ECR: examples/demo-service is built and pushed, pulled back
by its digest, started, and its page fetched; then built again, signed and checked by cosign, promoted, asked for with
two mistakes, and built from a Dockerfile that fails. The job summaries are written to a page. It needs Docker, or root
on Debian 12 or later; see docs/local.md.

  --keep      the local ECR stays up until Ctrl-C, to be used with aws and docker
  --verbose   show the builds' whole logs, and where an error comes from
  --help      show this
`

await main({ help, options: { keep: { type: 'boolean' } } }, async (told) => {
  const parts = readParts()
  if (parts !== undefined) return show(parts, told)
  heading('Getting ready: an engine, a registry, a local ECR')
  const withEngines = await prepareEngines(
    {
      engines: ['current'],
      clients: told.values['keep'] ? ['aws'] : [],
      // The walk has one act without it.
      optional: ['cosign'],
    },
    detail,
  )
  const command = [process.execPath, import.meta.filename, ...process.argv.slice(2)]
  return withEngines({ command, interruption: told.interruption })
})

async function show(parts: Parts, { values, interruption }: Told): Promise<undefined> {
  // Only here: of the two processes of a demo, one does without, and so does its help.
  const [{ ACCOUNT, openStage, REGION }, { walk }] = await Promise.all([
    import('./stage.ts'),
    import('./demo/walk.ts'),
  ])
  const engine = parts.engines.current
  const stage = await openStage({ ...parts, engine })
  try {
    detail(
      `Docker ${engine.serverVersion}, ${engine.buildxVersion === null ? 'no buildx' : `buildx ${engine.buildxVersion}`}${engine.own ? ', started for this demo' : ', as it is on this machine'}`,
    )
    const host = stage.ecr.registryHost(ACCOUNT, REGION)
    detail(`the local ECR stands for account ${ACCOUNT} in ${REGION}, as ${host}`)
    await walk({
      stage,
      engine,
      cosign: parts.cosign,
      verbose: values['verbose'] === true,
      interruption,
      interrupted: aborted(interruption),
    })
    if (values['keep'] && !interruption.aborted) await stayUp(stage, host, parts, interruption)
  } finally {
    await stage.close()
  }
}

/** What a person needs to look at the local ECR from another terminal. */
async function stayUp(stage: Stage, host: string, parts: Parts, interruption: AbortSignal): Promise<void> {
  const engine = parts.engines.current
  heading('The local ECR stays up until Ctrl-C. In another terminal:')
  if (engine.own) console.log(`nsenter --target ${process.env[CORNER]} --all --wd=${root} bash`)
  for (const line of exportsOf(stage)) console.log(line)
  const endpoint = stage.env['AWS_ENDPOINT_URL'] ? ' --endpoint-url "$AWS_ENDPOINT_URL"' : ''
  // The machine may have none of its own.
  const { aws } = parts
  console.log(`${aws} ecr describe-images --repository-name demo-service${endpoint}`)
  console.log(
    `${aws} ecr get-login-password${endpoint} | ${engine.own ? engine.docker : 'docker'} login --username AWS --password-stdin ${host}`,
  )
  const alive = setInterval(() => undefined, 60_000)
  await aborted(interruption)
  clearInterval(alive)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
