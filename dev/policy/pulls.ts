import { readFileSync } from 'node:fs'
import { usesOfReading } from '../../src/actions/build-push/pull-uses.ts'
import { type Home, type RoleUse, useOf } from '../../src/actions/uses.ts'
import { pulledImagesOf } from '../../src/docker/build/pulled-images.ts'
import { isRemote } from '../../src/docker/syntax/context.ts'
import { UNKNOWN } from '../../src/docker/syntax/expand.ts'
import { mentionsEcr, parsePrivateHost } from '../../src/ecr/hosts.ts'
import type { Inputs } from '../../src/inputs/index.ts'
import { mayBeElsewhere } from './anywhere.ts'
import type { Placeholders } from './placeholders.ts'
import type { Step } from './step.ts'

/** What names the Dockerfile. */
const NAMES_THE_FILE = ['context', 'file']

/**
 * What the build of a step reads from ECR, by the Dockerfile of this checkout.
 * @param tell is told what of it nobody knows beforehand, and so is not in the policy
 */
export function usesOfBuild(
  { where, inputs: given }: Pick<Step, 'where' | 'inputs'>,
  inputs: Inputs,
  { home, placeholders, tell }: { home: Home; placeholders: Placeholders; tell: (note: string) => void },
): RoleUse[] {
  const open = NAMES_THE_FILE.filter((name) => (given[name] ?? []).some((part) => typeof part !== 'string'))
  const text = open.length > 0 ? null : dockerfileOf(inputs.build)
  const without = 'base images in ECR that it names are not in the policy.'
  if (open.length > 0) {
    const names = open.map((name) => `'${name}'`).join(' and ')
    tell(`${where}: nobody knows beforehand which Dockerfile it is (${names}): ${without}`)
  } else if (text === null) tell(`${where}: the Dockerfile is not in this checkout: ${without}`)
  const dockerfile = text ?? ''
  const build = { ...inputs.build, cacheFrom: [], cacheTo: [] }
  const { needed, besides } = pulledImagesOf(dockerfile, build, inputs.buildArgValues)
  for (const image of [...needed, ...besides]) {
    const [host = ''] = image.split('/')
    const isOfBuilder = host.includes(UNKNOWN) && parsePrivateHost(host) === null && !mentionsEcr(image, null)
    if (isOfBuilder || mayBeElsewhere(image, placeholders))
      tell(
        `${where}: nobody knows beforehand where the base image ${placeholders.asWritten(image).replaceAll(UNKNOWN, '…')} is: if it is in ECR, what it takes is not in the policy.`,
      )
  }
  const uses = usesOfReading(dockerfile, inputs, home)
  // A dry run pulls nothing; of ECR Public, it asks for the token that a run would log in with.
  if (inputs.dryRun) return uses.filter((use) => use.registry === 'public' && use.features.includes('pull'))
  return inputs.push ? [...uses, useOf(inputs.repository, inputs.role, home, ['platform-unknown'])] : uses
}

/** @returns null if docker fetches it, or it is not here */
function dockerfileOf({ context, file }: Inputs['build']): string | null {
  if (file === null || isRemote(context) || isRemote(file)) return null
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
