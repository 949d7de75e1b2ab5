import { cpSync, mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { seedImage } from '../../dev/base-image.ts'
import { ACCOUNT, REGION, type Stage } from '../../dev/stage.ts'
import { parts } from './parts.ts'

/**
 * Puts into the stage's registry a scanner as BuildKit starts one for an SBOM: an image with a shell script. To build it
 * would take a step more, of which nothing is tested.
 * @returns the value of the input `sbom` that names it
 */
export async function seedScanner(stage: Stage, script: string): Promise<string> {
  const folder = mkdtempSync(path.join(stage.folder, 'scanner-'))
  cpSync(parts().busyboxRoot, folder, { recursive: true, verbatimSymlinks: true })
  writeFileSync(path.join(folder, 'scan'), script, { mode: 0o755 })
  const name = { account: ACCOUNT, region: REGION, repository: 'scanner', tag: 'v1' }
  return `generator=${await seedImage(stage.ecr.store, name, folder, { Entrypoint: ['/scan'] })}`
}
