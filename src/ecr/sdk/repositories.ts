import { settled } from '../../shared/limiter.ts'
import { isLostAnswer } from '../errors/answer-errors.ts'
import type { Ecr } from '../port.ts'
import type { RepositorySettings } from '../settings/settings.ts'
import type { Repository } from '../types.ts'
import { type AnsweredRepository, checkedRepository } from './answers.ts'
import type { Calling } from './api.ts'
import { isException } from './exceptions.ts'
import { followsLostAnswer } from './retries.ts'

/** ECR answers for this many repositories in one DescribeRepositories call. */
const REPOSITORIES_PER_CALL = 100

/** The calls on repositories that both APIs have, each of them once. */
export interface RepositoryCalls {
  describe(names: string[]): Promise<{ readonly repositories?: readonly AnsweredRepository[] | undefined }>
  create(
    name: string,
    settings: RepositorySettings,
  ): Promise<{ readonly repository?: AnsweredRepository | undefined }>
}

/** How both adapters find and create a repository. */
export function repositoryMethods(
  calling: Calling,
  calls: RepositoryCalls,
): Pick<Ecr, 'findRepository' | 'createRepository'> & Required<Pick<Ecr, 'findRepositories'>> {
  const findRepository: Ecr['findRepository'] = (name) =>
    calling('DescribeRepositories', name, async () => {
      try {
        const { repositories } = await calls.describe([name])
        return checkedRepository(repositories?.[0], name)
      } catch (error) {
        if (isException(error, 'RepositoryNotFoundException')) return null
        throw error
      }
    })

  const findTogether = (names: readonly string[]) =>
    calling('DescribeRepositories', null, async () => {
      try {
        const { repositories = [] } = await calls.describe([...names])
        return names.map((name) =>
          checkedRepository(
            repositories.find(({ repositoryName }) => repositoryName === name),
            name,
          ),
        )
      } catch (error) {
        if (isException(error, 'RepositoryNotFoundException', 'AccessDeniedException')) return null
        throw error
      }
    })

  const findRepositories = async (names: readonly string[]) => {
    const parts = Array.from({ length: Math.ceil(names.length / REPOSITORIES_PER_CALL) }, (_, at) =>
      findTogether(names.slice(at * REPOSITORIES_PER_CALL, (at + 1) * REPOSITORIES_PER_CALL)),
    )
    const found = await settled(parts)
    if (found.includes(null)) return null
    return new Map(found.flatMap((part) => (part ?? []).map((one) => [one.name, one] as const)))
  }

  const createRepository: Ecr['createRepository'] = (name, settings) =>
    calling('CreateRepository', name, async () => {
      try {
        const { repository } = await calls.create(name, settings)
        return { ...checkedRepository(repository, name), created: true }
      } catch (error) {
        const exists = isException(error, 'RepositoryAlreadyExistsException')
        // If no answer to this call is known, it may have created the repository that exists now.
        const lost = exists ? followsLostAnswer(error) : isLostAnswer(error)
        if (!exists && !lost) throw error
        // Where the API has answered nothing, this question may get no answer either.
        const found = await findRepository(name).catch(() => null)
        if (found === null) throw error
        const created = lost && (await isAsWanted(found, settings))
        if (!exists && !created) throw error
        return { ...found, created }
      }
    })

  return { findRepository, findRepositories, createRepository }
}

/**
 * Whether a repository has what comes with its creation. It did not exist before: if it is as this run has asked for,
 * then this run has created it, or another one that wants the same.
 */
async function isAsWanted(found: Repository, settings: RepositorySettings): Promise<boolean> {
  const { differences } = await import('../settings/differences.ts')
  return differences(found, null, settings).length === 0
}
