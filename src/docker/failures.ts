import { ActionError } from '../errors.ts'
import type { ProcessError } from './exec.ts'

/** What a registry or the engine says, and what that means in ECR. */
const KNOWN: readonly { readonly said: RegExp; readonly what: string; readonly remedy: string }[] = [
  {
    said: /cannot be overwritten because the (?:repository|tag) is immutable|tag is immutable/i,
    what: 'The tag exists already, and the repository is immutable',
    remedy: 'push another tag (the commit SHA changes with each commit), or make the repository mutable.',
  },
  {
    said: /your authorization token has expired/i,
    what: 'The registry token expired before the push was done',
    remedy: 'run the job again; a build that takes longer than the token lives (12 hours) has to be split.',
  },
  {
    said: /no basic auth credentials/i,
    what: 'A registry wants a login that docker does not have',
    remedy: 'log in to the registry of the base image in a step before this one.',
  },
  {
    said: /name unknown: The repository with name/i,
    what: 'A repository does not exist in ECR',
    remedy:
      'set create-repository: true where it is the one to push to; where it is a base image, correct the FROM line.',
  },
  {
    said: /insufficient_scope|403 forbidden|denied: /i,
    what: 'A registry denies access',
    remedy:
      "for the push, the identity needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage on the repository (and, in another account, that repository's policy must allow them); for a base image, its registry must allow the pull.",
  },
  {
    said: /toomanyrequests|429 too many requests/i,
    what: 'A registry refuses because of too many requests',
    remedy:
      'log in to the registry of the base image, or take the image from public.ecr.aws or from a pull-through cache.',
  },
  {
    said: /maximum number of artifacts \(100\)/i,
    what: 'The image has 100 referrers already (signatures, attestations), which is as many as ECR allows',
    remedy: 'delete old referrers of that image, or build a new image.',
  },
  {
    said: /no space left on device/i,
    what: "The runner's disk is full",
    remedy: 'free some (docker system prune), or take a larger runner.',
  },
  {
    said: /target stage .* could not be found|failed to reach build target/i,
    what: "The Dockerfile has no stage of the name in the input 'target'",
    remedy: "name one of the Dockerfile's stages (FROM … AS NAME).",
  },
]

/**
 * @param doing `The build` or `The push of HOST/NAME:TAG`
 * @param error the process that failed; its output stands in the log already
 */
export function explainDockerFailure(doing: string, error: ProcessError): ActionError {
  const output = `${error.stderr}\n${error.stdout}`
  const known = KNOWN.find(({ said }) => said.test(output))
  const reason = lastError(error.stderr) ?? lastError(error.stdout) ?? error.message
  if (known !== undefined) {
    return new ActionError(`${doing} failed. ${known.what}: ${reason}`, known.remedy, { cause: error })
  }
  return new ActionError(
    `${doing} failed: ${reason}`,
    'read the output above for the step that failed; the same build can be run by hand with the command shown there.',
    { cause: error },
  )
}

/** The line that says why: docker's last `ERROR` or `error` line, else its last line. */
function lastError(output: string): string | null {
  const lines = output
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const line = lines.findLast((candidate) =>
    /^(?:ERROR|error|Error|denied|unauthorized|failed)\b/.test(candidate),
  )
  return (line ?? lines.at(-1))?.slice(0, 2000) ?? null
}
