/** Headers that only a proxy, a load balancer or a gateway adds, as such programs call them. */
export const PROXY_HEADERS: readonly string[] = `
  forwarded x-forwarded-for X-Forwarded-Host x-forwarded X_Forwarded_For x-forward-for x-forwarded-client-cert
  x-real-ip X-Real_IP via x-via client-ip true-client-ip true-client-port cf-connecting-ip cf-connecting-ipv6 cf-ray
  x-original-forwarded-for wl-proxy-client-ip x-proxyuser-ip proxy-connection proxy-authorization max-forwards
  x-remote-addr x-remote-user remote-user remote-email remote-groups x-azure-clientip x-azure-fdid
  x-appengine-user-ip x-originating-ip x-original-url x-rewrite-url x-replaced-path x-real-host x-host x-backend-host
  x-arr-log-id x-arr-ssl x-envoy-expected-rq-timeout-ms x-vercel-forwarded-for x-nf-client-connection-ip
  x-nf-request-id fly-client-ip fly-request-id cloudfront-viewer-address x-varnish tailscale-user-login
  x-auth-request-user x-auth-request-email x-goog-authenticated-user-email x-goog-iap-jwt-assertion
  x-amzn-oidc-identity x-amzn-oidc-data x-ms-client-principal x-ms-client-principal-name
  cf-access-authenticated-user-email x-authentik-username x-webauth-user x-consumer-username x-kong-request-id
  x-traefik-router x-istio-attributes x-ingress-path x-edge-location surrogate-capability x-squid-error x-haproxy
  x-caddy ngrok-trace-id x-ngrok-version x-heroku-request-id x-railway-edge rndr-id x-render-origin-server
  x-codespaces-origin x-url-scheme x-scheme x-https front-end-https ssl-client-cert x-ssl-client-verify x-client-cert
  x-request-start cdn-loop
`
  .trim()
  .split(/\s+/)
