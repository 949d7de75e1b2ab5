/**
 * A page of docs/, or a part of one by the anchor of its heading. `__tests__/project/docs.test.ts` holds that each one
 * that the code names exists.
 */
export type Page = `${string}.md` | `${string}.md#${string}`

/** The pages that say more about an input; of the others docs/inputs.md says all there is. */
const OF_INPUTS: readonly (readonly [input: RegExp, page: Page])[] = [
  [/^(?:tags|flavor|labels|annotations)$/, 'metadata.md'],
  [/^cache(?:-from|-to)?$/, 'build.md#a-cache-between-runs'],
  [/^compression/, 'build.md#compression'],
  [/^max-size$/, 'build.md#the-size-of-the-image'],
  [/^reproducible$/, 'build.md#the-same-commit-the-same-digest'],
  [/^(?:context|file)$/, 'build.md#the-context'],
  [/^secret/, 'build.md#secrets'],
  [/^pull-registries$/, 'build.md#base-images-from-ecr'],
  [/^registry-auth$/, 'build.md#base-images-of-other-registries'],
  [/^(?:builder|platforms|load|outputs|attests|provenance|sbom|call)$/, 'build.md#what-an-engine-must-have'],
  [/^registries$/, 'many-places.md#more-registries'],
  [/^digests$/, 'many-places.md#several-runners-one-image'],
  [/^role-session-policy$/, 'iam.md#a-session-that-may-do-no-more-than-the-step-needs'],
  [/^role-/, 'iam.md#several-roles-one-after-the-other'],
  [/^(?:gate|scan-report)$/, 'scan.md'],
  [/^(?:fail-on-severity|scan-.*)$/, 'scan.md#what-counts'],
  [/^(?:wait-for-|replication-|signing-)/, 'recipes.md#wait-for-replication-and-signatures'],
  [/^(?:attest|sbom-file)$/, 'attest.md#what-is-signed'],
  [/^sigstore/, 'attest.md#where-it-is-signed'],
  [/^require-provenance$/, 'trust.md#what-is-required'],
  [/^dry-run$/, 'dry-run.md'],
]

/** The page that says more about an input of action.yml; undefined if there is none. */
export function pageOfInput(input: string): Page | undefined {
  return OF_INPUTS.find(([names]) => names.test(input))?.[1]
}

const GITHUB_COM = 'https://github.com'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Where this action's own repository is, as the runner says it for the step: another owner's copy, and any ref of it.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 * @returns null if the runner names none, as for `uses: ./`, or something that is none
 */
function ownRepository(env: Variables): { readonly name: string; readonly ref: string } | null {
  const { GITHUB_ACTION_REPOSITORY: name = '', GITHUB_ACTION_REF: ref = '' } = env
  const isOne = /^[\w.-]+\/[\w.-]+$/.test(name) && /^[\w.+/-]+$/.test(ref) && !`${name}/${ref}`.includes('..')
  return isOne ? { name, ref } : null
}

/** An action of a job on another server may come from that one, or from github.com: nobody says which. */
const isGitHubCom = (env: Variables) => (env['GITHUB_SERVER_URL'] || GITHUB_COM) === GITHUB_COM

/**
 * Where a page is, for the version of this action that runs.
 * @returns its name and its address, which is null if it is not known; null if even the repository is not
 */
export function pagePlace(
  page: Page,
  env: Variables = process.env,
): { readonly name: string; readonly url: string | null } | null {
  const own = ownRepository(env)
  if (own === null) return null
  const name = `docs/${page}`
  return isGitHubCom(env)
    ? { name, url: `${GITHUB_COM}/${own.name}/blob/${own.ref}/${name}` }
    : { name: `${name} in ${own.name}@${own.ref}`, url: null }
}

/** Where a defect of this action is reported; null if that is not known. */
export function reportAt(env: Variables = process.env): string | null {
  const own = ownRepository(env)
  return own !== null && isGitHubCom(env) ? `${GITHUB_COM}/${own.name}/issues/new/choose` : null
}
