import { type ECRClient, ListImageReferrersCommand } from '@aws-sdk/client-ecr'
import { checkedDigest } from '../sdk/answers.ts'
import type { Api } from '../sdk/api.ts'
import { orNull } from '../sdk/exceptions.ts'

/** ECR has at most 100 referrers of an image: an answer with more pages than that is broken. */
const REFERRER_PAGES = 100

/** The digests of all that refers to an image; none if there is no such image or repository. */
export function listReferrers(
  { client, calling, registry }: Api<ECRClient>,
  name: string,
  imageDigest: string,
): Promise<string[]> {
  return calling('ListImageReferrers', name, async () => {
    const found: string[] = []
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
      found.push(...(answer?.referrers ?? []).map(({ digest }) => checkedDigest(digest)))
      nextToken = answer?.nextToken
      if (nextToken === undefined) break
    }
    return found
  })
}
