/** What a rule gives for an event; null if it does not apply to it. */
export type RuleResult =
  | {
      /** Before prefix and suffix. */
      readonly value: string
      /** Whether `latest=auto` adds `latest` beside it. */
      readonly latest: boolean
    }
  | { readonly warning: string }
  | null
