import type { Credentials, RegistrySession } from '../../src/oci/registry-session.ts'

/** A session over HTTP whose credentials never change. */
export function fixedSession(host: string, password: string, username = 'AWS'): RegistrySession {
  const credentials: Credentials = { username, password }
  return {
    scheme: 'http',
    host,
    credentials,
    current: async () => credentials,
    replace: async () => null,
  }
}

/** The same session, spoken to without TLS. */
export function overHttp(session: RegistrySession): RegistrySession {
  return {
    scheme: 'http',
    host: session.host,
    get credentials() {
      return session.credentials
    },
    current: () => session.current(),
    replace: (refused) => session.replace(refused),
  }
}
