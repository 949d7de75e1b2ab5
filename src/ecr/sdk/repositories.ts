import type { Ecr } from '../port.ts'
import type { RepositorySettings } from '../settings/settings.ts'
import { type AnsweredRepository, checkedRepository } from './answers.ts'
import type { Calling } from './api.ts'
import { isException } from './exceptions.ts'

/** The calls on repositories that both APIs have, each of them once. */
export interface RepositoryCalls {
  describe(name: string): Promise<{ readonly repositories?: readonly AnsweredRepository[] | undefined }>
  create(
    name: string,
    settings: RepositorySettings,
  ): Promise<{ readonly repository?: AnsweredRepository | undefined }>
}

/** How both adapters find and create a repository. */
export function repositoryMethods(
  calling: Calling,
  calls: RepositoryCalls,
): Pick<Ecr, 'findRepository' | 'createRepository'> {
  const findRepository: Ecr['findRepository'] = (name) =>
    calling('DescribeRepositories', name, async () => {
      try {
        const { repositories } = await calls.describe(name)
        return checkedRepository(repositories?.[0], name)
      } catch (error) {
        if (isException(error, 'RepositoryNotFoundException')) return null
        throw error
      }
    })

  const createRepository: Ecr['createRepository'] = (name, settings) =>
    calling('CreateRepository', name, async () => {
      try {
        const { repository } = await calls.create(name, settings)
        return { ...checkedRepository(repository, name), created: true }
      } catch (error) {
        // Two jobs of one matrix create the same repository at the same time: the second finds the first's.
        if (!isException(error, 'RepositoryAlreadyExistsException')) throw error
        const found = await findRepository(name)
        if (found === null) throw error
        return { ...found, created: false }
      }
    })

  return { findRepository, createRepository }
}
