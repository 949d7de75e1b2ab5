import { isObject } from '../../shared/is-object.ts'
import { type Env, readUserConfig } from '../login/config.ts'

/** https://docs.docker.com/engine/cli/proxy/#configure-the-docker-client */
const PROXY_FIELDS = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  noProxy: 'NO_PROXY',
  allProxy: 'ALL_PROXY',
} as const

/**
 * The build arguments that docker adds to each build by itself: proxies of the user's configuration. Which of its entries
 * is the engine's is not looked at.
 * https://github.com/docker/cli/blob/v28.5.1/cli/config/configfile/file.go (ParseProxyConfig)
 * @returns names, in both spellings
 */
export async function proxyArguments(env: Env): Promise<string[]> {
  // If the configuration cannot be read, whoever needs it says so.
  const { proxies } = await readUserConfig(env).catch(() => ({}) as { proxies?: unknown })
  const entries = isObject(proxies) ? Object.values(proxies).filter(isObject) : []
  return Object.entries(PROXY_FIELDS)
    .filter(([field]) => entries.some((entry) => Boolean(entry[field])))
    .flatMap(([, name]) => [name, name.toLowerCase()])
}
