import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { joinCsv } from '../../shared/csv.ts'
import { variable } from '../../shared/variable.ts'
import { writingUnder } from '../login/files.ts'
import type { Secret } from '../port.ts'

/**
 * Puts the values of secrets into files that only their owner reads.
 * @param folder the caller removes it when the build is done
 * @param env the job's environment, if docker itself does not read variables: their values go into files too
 * @returns the values of `--secret`
 * @throws ActionError if the folder's disk is full
 */
export async function writeSecrets(
  secrets: readonly Secret[],
  folder: string,
  env: Readonly<Record<string, string | undefined>> | null = null,
): Promise<string[]> {
  const specs: string[] = []
  for (const [index, secret] of secrets.entries()) {
    if (secret.from === 'env' && env === null) specs.push(joinCsv([`id=${secret.id}`, `env=${secret.name}`]))
    else if (secret.from === 'file') specs.push(joinCsv([`id=${secret.id}`, `src=${secret.path}`]))
    else {
      const file = path.join(folder, `secret-${index}`)
      const value = secret.from === 'value' ? secret.value : (variable(env ?? {}, secret.name) ?? '')
      await writingUnder(folder, () => writeFile(file, value, { mode: 0o600, flag: 'wx' }))
      specs.push(joinCsv([`id=${secret.id}`, `src=${file}`]))
    }
  }
  return specs
}
