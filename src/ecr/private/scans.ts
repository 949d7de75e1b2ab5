import {
  BatchGetRepositoryScanningConfigurationCommand,
  DescribeImageScanFindingsCommand,
  type ECRClient,
  GetRegistryScanningConfigurationCommand,
  type RegistryScanningRule,
  type ScanFrequency,
  StartImageScanCommand,
} from '@aws-sdk/client-ecr'
import { combineErrors } from '../../shared/combine.ts'
import { saidBy } from '../errors/explain.ts'
import type { Expectation, Scans } from '../scans.ts'
import type { Api } from '../sdk/api.ts'
import { isDenied, isException } from '../sdk/exceptions.ts'
import { followsLostAnswer } from '../sdk/retries.ts'
import { matchesWildcard } from '../settings/mutability.ts'
import type { Repository } from '../types.ts'
import { FindingsReading } from './findings.ts'
import { imagesByPlatform } from './platform-images.ts'

/** The most that one answer holds. */
const FINDINGS_PER_PAGE = 1000

/** Scans of private ECR through the AWS SDK; its methods throw ActionErrors only. */
export function privateScans(api: Api<ECRClient>): Scans {
  const { client, calling } = api
  const target = ({ registryId, name }: Repository) => ({ registryId, repositoryName: name })

  return {
    async expectation(repository) {
      const [registry, own] = await Promise.allSettled([
        calling('GetRegistryScanningConfiguration', null, () =>
          client.send(new GetRegistryScanningConfigurationCommand({})),
        ),
        repository.exists
          ? calling('BatchGetRepositoryScanningConfiguration', repository.name, () =>
              client.send(
                new BatchGetRepositoryScanningConfigurationCommand({ repositoryNames: [repository.name] }),
              ),
            )
          : null,
      ])
      if (registry.status === 'rejected') {
        return notKnown([registry.reason, ...(own.status === 'rejected' ? [own.reason] : [])])
      }
      // Both calls know the caller's own registry only; a repository of the same name there would mislead.
      if (repository.registryId !== null && registry.value.registryId !== repository.registryId) {
        return {
          type: null,
          frequency: null,
          because: `account ${repository.registryId} configures its scans`,
        }
      }
      if (own.status === 'rejected') return notKnown([own.reason])
      const type = registry.value.scanningConfiguration?.scanType ?? 'BASIC'
      const found =
        own.value === null
          ? ruleFor(repository.name, registry.value.scanningConfiguration?.rules ?? [])
          : own.value.scanningConfigurations?.[0]
      const frequency = found?.scanFrequency ?? (found?.scanOnPush ? 'SCAN_ON_PUSH' : 'MANUAL')
      return { type, frequency, because: null }
    },

    images: (repository, image) => imagesByPlatform(api, repository, image),

    findings(repository, imageDigest, ended) {
      return calling('DescribeImageScanFindings', repository.name, async () => {
        const ask = { ...target(repository), imageId: { imageDigest }, maxResults: FINDINGS_PER_PAGE }
        try {
          // Each page is taken apart as it comes: what ECR says of a finding is many times what is kept of it.
          const send = (token?: string) =>
            client.send(
              new DescribeImageScanFindingsCommand(token === undefined ? ask : { ...ask, nextToken: token }),
              { abortSignal: ended },
            )
          const reading = new FindingsReading(await send())
          for (let next = reading.next(); next !== null; next = reading.next()) {
            reading.add(await send(next))
          }
          return reading.answer()
        } catch (error) {
          if (!isException(error, 'ScanNotFoundException')) throw error
          const nothing = { counts: {}, unlisted: {}, findings: [], hasFindings: false }
          return { status: 'SCAN_NOT_FOUND', description: saidBy(error), ...nothing }
        }
      })
    },

    start(repository, imageDigest) {
      return calling('StartImageScan', repository.name, async () => {
        try {
          await client.send(new StartImageScanCommand({ ...target(repository), imageId: { imageDigest } }))
          return null
        } catch (error) {
          // One scan of an image in 24 hours: what the last one found can be read. If an answer to this call was lost,
          // the last one may be its own.
          if (isException(error, 'LimitExceededException')) {
            return followsLostAnswer(error) ? null : saidBy(error)
          }
          throw error
        }
      })
    },
  }
}

/**
 * If only a permission is missing, not to know what to expect is no reason to fail.
 * @param failures at least one; the first decides
 */
function notKnown(failures: readonly unknown[]): Expectation {
  if (!isDenied(failures[0])) throw combineErrors(failures)
  return { type: null, frequency: null, because: (failures[0] as Error).message }
}

/**
 * The rule of the registry that a new repository would fall under. A filter without a wildcard means every name that
 * contains it: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-filters.html
 */
function ruleFor(
  name: string,
  rules: readonly RegistryScanningRule[],
): { readonly scanFrequency?: ScanFrequency | undefined; readonly scanOnPush?: undefined } | undefined {
  return rules.find(({ repositoryFilters = [] }) =>
    repositoryFilters.some(({ filter = '' }) =>
      filter.includes('*') ? matchesWildcard(filter, name) : name.includes(filter),
    ),
  )
}
