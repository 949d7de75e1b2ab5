import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { CommandError } from '../command/errors.ts'
import { local } from '../engine/paths.ts'
import { root, type StepResult } from '../runner.ts'
import { runPrinted } from '../sigstore/cosign.ts'
import { CUSTOM, idTokenEnv, jobClaims, writeSigstoreFiles } from '../sigstore/job.ts'
import { startSigstore } from '../sigstore/services.ts'
import type { Stage } from '../stage.ts'
import { act, detail } from './told.ts'

/** What a step signs with in the demo: services of its own, and a token that names its job. */
export interface Signing {
  readonly inputs: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

/**
 * Starts Sigstore's services on loopback, and writes the files that name them into the workspace.
 * @param job the variables of the job that signs
 */
export async function openSigning(stage: Stage, job: Readonly<Record<string, string>>): Promise<Signing> {
  const sigstore = await startSigstore()
  // An input names a file of the workspace, which here is the checkout.
  const folder = mkdtempSync(path.join(local, 'demo', 'sigstore-'))
  const close = async () => {
    rmSync(folder, { recursive: true, force: true })
    await sigstore.stop()
  }
  try {
    writeSigstoreFiles(folder, sigstore)
    const file = (name: string) => path.join(path.relative(root, folder), name)
    const inputs = {
      ...CUSTOM,
      'sigstore-signing-config': file(CUSTOM['sigstore-signing-config']),
      'sigstore-trusted-root': file(CUSTOM['sigstore-trusted-root']),
    }
    return { inputs, env: idTokenEnv(stage, jobClaims(job)), close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * A stranger's check of the signed image: cosign accepts the command that the step printed, and refuses the same
 * command with another signer.
 * @param cosign its path; empty if this machine has none
 * @throws CommandError if cosign says otherwise
 */
export async function checkSigner(
  { outputs }: Pick<StepResult, 'outputs'>,
  { env }: Pick<Stage, 'env'>,
  cosign: string,
): Promise<void> {
  const [line = ''] = (outputs['verify-commands'] ?? '').split('\n')
  if (cosign === '') {
    detail('there is no cosign 3 on this machine, and none could be fetched; its command would be:')
    detail(onLines(line))
    return
  }
  const shell = { cosign, env, folder: root }
  detail(onLines(line))
  const right = await runPrinted(line, shell)
  if (!right.accepted) throw surprise('refuses what the step has signed', right.said)
  detail('cosign accepts it: this workflow has made this very image')

  act('The same command for another workflow')
  const other = line.replace('/push.yml@', '/other.yml@')
  detail(`--certificate-identity ${/--certificate-identity (\S+)/.exec(other)?.[1]}`)
  const wrong = await runPrinted(other, shell)
  if (wrong.accepted) throw surprise('accepts another workflow than the one that has signed', wrong.said)
  detail(
    `cosign refuses it: ${wrong.said
      .split('\n')
      .at(-1)
      ?.replace(/^error during command execution: /, '')}`,
  )
}

/** The same command, as a person would write it. */
const onLines = (line: string) => `$ ${line.replaceAll(' --', ' \\\n    --')}`

function surprise(what: string, said: string): CommandError {
  return new CommandError(
    `cosign ${what}: ${said.split('\n').at(-1)}`,
    'the log is above, and with --verbose all of it; npm run build makes dist/ anew.',
  )
}
