# The runtime alone: no build step (Node runs the TypeScript as it is), no development packages, no root.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Optional packages bring Node itself to a checkout; the image has it already.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data REGISTRY=/app/registry.yaml
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json registry.yaml ./
COPY examples ./examples
COPY dashboards/generated ./dashboards/generated
COPY src ./src
RUN mkdir --mode=0700 /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz', { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# It listens on every address of the container, so it starts only with keys: set CUGAR_KEYS_FILE.
ENTRYPOINT ["node", "src/cli/launcher.cjs"]
CMD ["serve"]
