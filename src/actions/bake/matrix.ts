import { type BakePlan, isBuildersOwn, onePerPlatform, targetPlatforms } from '../../docker/bake/plan.ts'
import { canonicalPlatformName } from '../../oci/platform-names.ts'
import { leavesNoImage } from './targets.ts'

/** One job of a matrix. */
interface MatrixJob {
  readonly target: string
  readonly platform: string
  /** A runner of GitHub's with that processor, if it has one. */
  readonly runner: string
  /** There if the target leaves files alone, or nothing: no image is to be named after its jobs. */
  readonly image?: false
}

/** That of GitHub's own runners, which builds a target that names none. */
const RUNNERS_OWN = 'linux/amd64'

const NOTHING_TO_NAME = { image: false } as const

/**
 * The job matrix of a definition, by target and platform: `{"include":[{"target","platform","runner"}]}`.
 * https://docs.github.com/actions/reference/runners/github-hosted-runners
 */
export function matrixOf({ targets }: BakePlan): { readonly include: readonly MatrixJob[] } {
  return {
    include: targets
      .filter(({ cacheOnly }) => !cacheOnly)
      .flatMap((target) =>
        jobPlatforms(target).map((platform) => ({
          target: target.name,
          platform,
          runner: runnerFor(platform),
          ...(leavesNoImage(target) ? NOTHING_TO_NAME : {}),
        })),
      ),
  }
}

/** Two jobs for one platform would be two images of it, which nobody can put into one index. */
function jobPlatforms(target: BakePlan['targets'][number]): string[] {
  const names = targetPlatforms(target).map((name) => (isBuildersOwn(name) ? RUNNERS_OWN : name))
  return onePerPlatform(names, 'amd64')
}

const runnerFor = (platform: string) =>
  /^linux\/arm(?:64)?(?:\/|$)/.test(canonicalPlatformName(platform)) ? 'ubuntu-24.04-arm' : 'ubuntu-latest'
