declare module 'proxy-from-env' {
  /** The proxy's address for a URL, or an empty string for none; by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY. */
  export function getProxyForUrl(url: string): string
}
