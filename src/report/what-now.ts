import { code, fence, fold } from './escaping.ts'
import type { SummaryFacts } from './facts.ts'

/** More commands than these are in the output verify-commands. */
const COMMANDS_SHOWN = 20

/** What to do with an image: to use it, and to verify who made it. */
export function whatNow(facts: SummaryFacts): string[] {
  const use = useIt(facts)
  const { verifyCommands: commands, failure } = facts
  if (use.length === 0 || failure !== null || commands.length === 0) return use
  const more = commands.length - COMMANDS_SHOWN
  const parts = [
    'Each of these commands succeeds only if the signer that it names has attested this very image. Log in first, as for the pull.',
    ...commands.slice(0, COMMANDS_SHOWN).map(fence),
    ...(more > 0 ? [`… and ${more} more, in the output <code>verify-commands</code>.`] : []),
  ]
  return [...use, fold('Verify who made it', parts.join('\n\n'))]
}

/**
 * What to do with the image. Nothing of what has failed a check, or is neither in ECR nor in the engine.
 * @returns each a part of Markdown
 */
function useIt({
  places,
  digest,
  failure,
  outcome,
  isIndex,
  artifactType,
  deed,
  inEngine,
}: SummaryFacts): string[] {
  if (inEngine !== null && failure === null) {
    return ['#### What now', 'Run it:', fence(`docker run --rm ${inEngine.reference}`)]
  }
  const [first] = places
  if (failure !== null || outcome === 'built' || first === undefined || digest === null) return []
  const uri = `${first.uri}@${digest}`
  const { console: place } = first
  if (first.tags.length === 0 && deed.kind === 'build') {
    return [
      '#### What now',
      `Give the digest to <code>merge</code>, which puts the platforms together under tags, in its input ${code('digests')}:`,
      fence(digest),
    ]
  }
  if (artifactType !== null) {
    return [
      '#### What now',
      `This is an artifact of the type ${code(artifactType)}, and no image of a container: the tool that made it pulls it.`,
    ]
  }
  const pull = `docker pull ${uri}`
  if (place === null || place.type === 'public') return ['#### What now', 'Pull it:', fence(pull)]
  const host = uri.slice(0, uri.indexOf('/'))
  const login = `aws ecr get-login-password --region ${place.region} | docker login --username AWS --password-stdin ${host}`
  return [
    '#### What now',
    // Without a login, the pull fails.
    'Log in, and pull it:',
    fence(`${login}\n${pull}`),
    fold('Deploy it to Amazon ECS, EKS or AWS Lambda', deployments(uri, place.region, isIndex)),
  ]
}

function deployments(uri: string, region: string, isIndex: boolean | null): string {
  return [
    'ECS, in the container definition of the task definition:',
    fence(`"image": "${uri}"`),
    'EKS, with the names of your deployment and container:',
    fence(`kubectl set image deployment/DEPLOYMENT CONTAINER=${uri}`),
    ...lambda(uri, region, isIndex),
  ].join('\n\n')
}

/** https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#images-reqs */
function lambda(uri: string, region: string, isIndex: boolean | null): string[] {
  if (isIndex === null) return []
  if (isIndex) return ['Lambda takes an image for one platform, and not an index as this one is.']
  return [
    'Lambda, with the name of your function:',
    fence(`aws lambda update-function-code --region ${region} --function-name FUNCTION --image-uri ${uri}`),
  ]
}
