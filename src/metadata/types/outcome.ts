/** What a rule makes of an event; null where it does not apply to it. */
export type Outcome =
  | {
      /** Before prefix and suffix. */
      readonly value: string
      /** Whether `latest=auto` adds `latest` beside it. */
      readonly latest: boolean
    }
  | { readonly warning: string }
  | null
