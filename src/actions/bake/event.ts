import { checkoutRoot } from '../../docker/bake/content/root.ts'
import type { GitHub } from '../../metadata/describe.ts'

/** GitHub and git, each asked for the same only once, whatever the number of targets that are named. */
export function askingOnce(github: GitHub): GitHub {
  const known = new Map<string, Promise<unknown>>()
  const once = <A extends readonly unknown[], T>(what: string, ask: (...args: A) => Promise<T>) => {
    return (...args: A): Promise<T> => {
      const key = JSON.stringify([what, ...args])
      const asked = known.get(key) ?? ask(...args)
      known.set(key, asked)
      return asked as Promise<T>
    }
  }
  const { event, lookups, checkout } = github
  const { repository, commitDate } = lookups
  return {
    event: once('event', event),
    lookups: {
      ...lookups,
      ...(repository === undefined ? {} : { repository: once('repository', repository) }),
      ...(commitDate === undefined ? {} : { commitDate: once('commit date', commitDate) }),
    },
    ...(checkout === undefined ? {} : { checkout: ofWholeCheckout(once('checkout', checkout)) }),
  }
}

/** Of many contexts in one checkout, git is asked about the folder that has its `.git`, as git looks for it. */
function ofWholeCheckout(ask: NonNullable<GitHub['checkout']>): NonNullable<GitHub['checkout']> {
  return async (folder) => ask((await checkoutRoot(folder))?.root ?? folder)
}
