import { type ECRClient, ListImageReferrersCommand } from '@aws-sdk/client-ecr'
import { LIMITS } from '../../shared/limits.ts'
import { checkedDigest, listDeadline, malformed } from '../sdk/answers.ts'
import type { Api } from '../sdk/api.ts'
import { orNull } from '../sdk/exceptions.ts'
import type { ListedReferrer } from '../types.ts'

/**
 * All that refers to an image; none if there is no such image or repository.
 * @throws ActionError if the list has no end
 */
export function listReferrers(
  { client, calling, registry }: Api<ECRClient>,
  name: string,
  imageDigest: string,
): Promise<ListedReferrer[]> {
  return calling('ListImageReferrers', name, async () => {
    const found: ListedReferrer[] = []
    const abortSignal = listDeadline(`referrers of ${imageDigest}`)
    let nextToken: string | undefined
    for (let pages = 0; pages < LIMITS.referrerPages; pages++) {
      const answer = await orNull(['ImageNotFoundException', 'RepositoryNotFoundException'], () =>
        client.send(
          new ListImageReferrersCommand({
            ...registry,
            repositoryName: name,
            subjectId: { imageDigest },
            filter: { artifactStatus: 'ANY' },
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
          { abortSignal },
        ),
      )
      for (const { digest, artifactStatus = 'ACTIVE' } of answer?.referrers ?? []) {
        found.push({ digest: checkedDigest(digest), active: artifactStatus === 'ACTIVE' })
      }
      nextToken = answer?.nextToken
      if (nextToken === undefined) return found
    }
    throw malformed('with a list of referrers that has no end')
  })
}
