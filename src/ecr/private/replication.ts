import {
  DescribeImageReplicationStatusCommand,
  DescribeRegistryCommand,
  type ECRClient,
} from '@aws-sdk/client-ecr'
import type { Replication, ReplicationTarget } from '../replication.ts'
import type { Api } from '../sdk/api.ts'

/** Replication of private ECR through the AWS SDK; its methods throw ActionErrors only. */
export function privateReplication({ client, calling }: Api<ECRClient>): Replication {
  return {
    targets(repository) {
      return calling('DescribeRegistry', null, async () => {
        const { registryId, replicationConfiguration } = await client.send(new DescribeRegistryCommand({}))
        // The call is about the caller's own registry only.
        if (repository.registryId !== null && registryId !== repository.registryId) return null
        const targets = (replicationConfiguration?.rules ?? [])
          .filter(
            ({ repositoryFilters: filters = [] }) =>
              filters.length === 0 || filters.some(({ filter = '' }) => repository.name.startsWith(filter)),
          )
          .flatMap((rule) => rule.destinations ?? [])
          .flatMap(({ registryId, region }): ReplicationTarget[] =>
            registryId && region ? [{ registryId, region }] : [],
          )
        // Two rules may name the same registry.
        return [...new Map(targets.map((one) => [`${one.registryId}/${one.region}`, one])).values()]
      })
    },

    progress(repository, imageDigest) {
      return calling('DescribeImageReplicationStatus', repository.name, async () => {
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
