import {
  DescribeImageSigningStatusCommand,
  type ECRClient,
  GetSigningConfigurationCommand,
} from '@aws-sdk/client-ecr'
import type { Api } from '../sdk/api.ts'
import { orNull } from '../sdk/exceptions.ts'
import { matchesWildcard } from '../settings/mutability.ts'
import type { Signing } from '../signing.ts'
import { imagesByPlatform } from './platform-images.ts'

/**
 * Managed signing of private ECR through the AWS SDK; its methods throw ActionErrors only.
 * @param isOwn whether the registry is that of the credentials' own account
 */
export function privateSigning(api: Api<ECRClient>, isOwn: () => Promise<boolean>): Signing {
  const { client, calling } = api
  return {
    profiles({ name, registryId }) {
      return calling('GetSigningConfiguration', null, async () => {
        const answer = await orNull(['SigningConfigurationNotFoundException'], () =>
          client.send(new GetSigningConfigurationCommand({})),
        )
        // The call is about the caller's own registry only, and without a configuration it does not say which that is.
        if (answer === null) return registryId === null || (await isOwn()) ? [] : null
        if (registryId !== null && answer.registryId !== registryId) return null
        const matching = (answer.signingConfiguration?.rules ?? []).filter(
          ({ repositoryFilters: filters = [] }) =>
            filters.length === 0 || filters.some(({ filter }) => matchesWildcard(textOr(filter, ''), name)),
        )
        return [...new Set(matching.map(({ signingProfileArn }) => textOr(signingProfileArn, '')))]
      })
    },

    images: (repository, image) => imagesByPlatform(api, repository, image),

    progress(repository, imageDigest) {
      return calling('DescribeImageSigningStatus', repository.name, async () => {
        const answer = await client.send(
          new DescribeImageSigningStatusCommand({
            registryId: repository.registryId,
            repositoryName: repository.name,
            imageId: { imageDigest },
          }),
        )
        return (answer.signingStatuses ?? []).map((one) => ({
          profile: textOr(one.signingProfileArn, ''),
          status: textOr(one.status, 'IN_PROGRESS'),
          failureCode: textOr(one.failureCode, null),
          failureReason: textOr(one.failureReason, null),
        }))
      })
    },
  }
}

/** The SDK does not check what an answer holds. */
function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise
}
