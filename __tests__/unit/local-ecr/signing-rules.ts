import { type Caller, invoke, type Store } from '../../../local-ecr/index.ts'

/**
 * Has ECR sign what is pushed to a registry.
 * @param rules the ARN of a signing profile, and the filters of its rule; without any, it signs every repository
 */
export async function putSigningRules(
  store: Store,
  caller: Caller,
  rules: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  await invoke(store, caller, 'PutSigningConfiguration', {
    signingConfiguration: {
      rules: Object.entries(rules).map(([signingProfileArn, filters]) => ({
        signingProfileArn,
        ...(filters.length === 0
          ? {}
          : {
              repositoryFilters: filters.map((filter) => ({
                filter,
                filterType: 'WILDCARD_MATCH' as const,
              })),
            }),
      })),
    },
  })
}
