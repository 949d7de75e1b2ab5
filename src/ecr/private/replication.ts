import {
  DescribeImageReplicationStatusCommand,
  DescribeRegistryCommand,
  type ECRClient,
} from '@aws-sdk/client-ecr'
import type { Destination, Replication } from '../replication.ts'
import type { Calling } from '../sdk/calls.ts'

/** Replication of private ECR through the AWS SDK; its methods throw ActionErrors only. */
export function privateReplication(client: ECRClient, calling: Calling): Replication {
  return {
    destinations(repository) {
      return calling('ecr:DescribeRegistry', null, async () => {
        const { registryId, replicationConfiguration } = await client.send(new DescribeRegistryCommand({}))
        // The call knows the caller's own registry only.
        if (registryId !== repository.registryId) return null
        const destinations = (replicationConfiguration?.rules ?? [])
          .filter(
            ({ repositoryFilters: filters = [] }) =>
              filters.length === 0 || filters.some(({ filter = '' }) => repository.name.startsWith(filter)),
          )
          .flatMap((rule) => rule.destinations ?? [])
          .flatMap(({ registryId, region }): Destination[] =>
            registryId && region ? [{ registryId, region }] : [],
          )
        // Two rules may name the same destination.
        return [...new Map(destinations.map((one) => [`${one.registryId}/${one.region}`, one])).values()]
      })
    },

    progress(repository, imageDigest) {
      return calling('ecr:DescribeImageReplicationStatus', repository.name, async () => {
        const answer = await client.send(
          new DescribeImageReplicationStatusCommand({
            registryId: repository.registryId,
            repositoryName: repository.name,
            imageId: { imageDigest },
          }),
        )
        return (answer.replicationStatuses ?? []).map((copy) => ({
          registryId: copy.registryId ?? repository.registryId,
          region: copy.region ?? '',
          status: copy.status ?? 'IN_PROGRESS',
          failureCode: copy.failureCode ?? null,
        }))
      })
    },
  }
}
