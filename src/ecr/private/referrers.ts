import { type ECRClient, ListImageReferrersCommand } from '@aws-sdk/client-ecr'
import { checkedDigest } from '../sdk/answers.ts'
import type { Api } from '../sdk/api.ts'
import { orNull } from '../sdk/exceptions.ts'
import type { ListedReferrer } from '../types.ts'

/** ECR has at most 100 referrers of an image: an answer with more pages than that is broken. */
const REFERRER_PAGES = 100

/** All that refers to an image; none if there is no such image or repository. */
export function listReferrers(
  { client, calling, registry }: Api<ECRClient>,
  name: string,
  imageDigest: string,
): Promise<ListedReferrer[]> {
  return calling('ListImageReferrers', name, async () => {
    const found: ListedReferrer[] = []
    let nextToken: string | undefined
    for (let pages = 0; pages < REFERRER_PAGES; pages++) {
      const answer = await orNull(['ImageNotFoundException', 'RepositoryNotFoundException'], () =>
        client.send(
          new ListImageReferrersCommand({
            ...registry,
            repositoryName: name,
            subjectId: { imageDigest },
            filter: { artifactStatus: 'ANY' },
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        ),
      )
      for (const { digest, artifactStatus = 'ACTIVE' } of answer?.referrers ?? []) {
        found.push({ digest: checkedDigest(digest), active: artifactStatus === 'ACTIVE' })
      }
      nextToken = answer?.nextToken
      if (nextToken === undefined) break
    }
    return found
  })
}
