# syntax=docker/dockerfile:1
# The server with the built H5 client: no dev dependencies, no install scripts, not root.
# Behind a mirror: docker build --build-arg NODE_IMAGE=… --build-arg NPM_CONFIG_REGISTRY=…
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS install
ARG NPM_CONFIG_REGISTRY
WORKDIR /app
COPY package.json package-lock.json .npmrc ./

FROM install AS client
# The tools of the build have their binaries in optional packages.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.json ./
COPY scripts/build-client.ts scripts/h5-pages.ts scripts/
COPY shared shared
COPY miniapp miniapp
RUN node scripts/build-client.ts h5

FROM install AS dependencies
# Of the optional packages sharp needs its binaries; Node the image has.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM ${NODE_IMAGE}
ENV NODE_ENV=production PORT=3000 DATA_DIR=/data FILES_DIR=/data/files NODE_COMPILE_CACHE=/tmp/node-compile-cache
RUN mkdir -p /data/files && chown -R node:node /data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY migrations migrations
COPY shared shared
COPY server server
COPY scripts/create-admin.ts scripts/migrate.ts scripts/
COPY --from=client /app/dist/h5 dist/h5
USER node
# What is missing fails here and not on the server.
RUN NODE_COMPILE_CACHE= node --input-type=module -e "await import('/app/server/app.ts')"
VOLUME /data
EXPOSE 3000
# Migrations come before the first answer, and the first of a large database takes its time.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5m --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/main.ts"]
