import type { Ecr, SettingsPort } from '../../ecr/port.ts'
import type { Scans } from '../../ecr/scans.ts'
import type { RepositorySettings } from '../../ecr/settings/settings.ts'
import { ActionError } from '../../shared/errors.ts'
import { type Findings, mayNotAsk } from './findings.ts'

/** ECR for a dry run, and what of a repository's settings it did not let one read. */
export interface AskedEcr {
  readonly ecr: Ecr
  readonly unread: ReadonlySet<keyof RepositorySettings>
}

/**
 * ECR that is only asked: a call that would change something is a defect. A question that the identity may not ask is
 * noted, and answered so that the plan goes on: tags name nothing that would stop the run, and settings are as the
 * inputs want them, of which {@link AskedEcr.unread} tells.
 * @param wanted the settings that the inputs say
 */
export function askOnly(ecr: Ecr, wanted: RepositorySettings, findings: Findings): AskedEcr {
  const unread = new Set<keyof RepositorySettings>()
  const orElse = async <T>(asking: Promise<T>, answer: () => T): Promise<T> => {
    try {
      return await asking
    } catch (error) {
      if (!mayNotAsk(error)) throw error
      findings.note(error)
      return answer()
    }
  }
  const noting = <T>(asking: Promise<T>): Promise<T> =>
    asking.catch((error: unknown) => {
      if (mayNotAsk(error)) findings.note(error)
      throw error
    })
  const settings = async (): Promise<SettingsPort> => {
    const port = await ecr.settings()
    const readPolicy = async (name: string, which: 'lifecyclePolicy' | 'repositoryPolicy') => {
      const kinds = { lifecycle: which === 'lifecyclePolicy', repository: which === 'repositoryPolicy' }
      const held = await orElse(port.readPolicies(name, kinds), () => {
        unread.add(which)
        return { lifecyclePolicy: null, repositoryPolicy: null, [which]: wanted[which] }
      })
      return held[which]
    }
    return {
      async readPolicies(name, { lifecycle, repository }) {
        const [lifecyclePolicy, repositoryPolicy] = await Promise.all([
          lifecycle ? readPolicy(name, 'lifecyclePolicy') : null,
          repository ? readPolicy(name, 'repositoryPolicy') : null,
        ])
        return { lifecyclePolicy, repositoryPolicy }
      },
      readTags: (repository) =>
        orElse(port.readTags(repository), () => {
          unread.add('resourceTags')
          return wanted.resourceTags ?? new Map()
        }),
      putMutability: refuseToChange,
      putScanOnPush: refuseToChange,
      putTags: refuseToChange,
      putLifecyclePolicy: refuseToChange,
      setRepositoryPolicy: refuseToChange,
      previewLifecyclePolicy: refuseToChange,
    }
  }
  const scansOf = async (opening: NonNullable<Ecr['scans']>): Promise<Scans> => {
    const port = await opening()
    return {
      ...port,
      async expectation(repository) {
        const expectation = await port.expectation(repository)
        if (expectation.because !== null) {
          const message = `What scans ${repository.uri} is not known: ${expectation.because}`
          findings.noteUnknown(new ActionError(message, ''))
        }
        return expectation
      },
      start: refuseToChange,
    }
  }
  const { scans } = ecr
  return {
    unread,
    ecr: {
      ...ecr,
      findRepository: (name) => noting(ecr.findRepository(name)),
      findImages: (repository, tags) => orElse(ecr.findImages(repository, tags), () => new Map()),
      createsOnPush: (name) => orElse(ecr.createsOnPush(name), () => true),
      createRepository: refuseToChange,
      settings,
      ...(scans === undefined ? {} : { scans: () => scansOf(scans) }),
    },
  }
}

async function refuseToChange(): Promise<never> {
  throw new TypeError('a dry run was about to change something')
}
