# The build has the compiler and the development dependencies; the image that comes of it has neither.
FROM node:24-alpine AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json tsconfig.build.json ./
# Scripts of packages are for checkouts, where the package `node` brings a runtime: here the image has one.
RUN npm install --ignore-scripts --no-audit --no-fund
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-alpine
# An address that is not loopback needs TENANTRY_ISSUERS: without it the service says so and ends.
ENV NODE_ENV=production \
    TENANTRY_HOST=0.0.0.0 \
    TENANTRY_PORT=8080 \
    TENANTRY_DATA=/data
WORKDIR /app
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
RUN mkdir -m 700 /data && chown 1000:1000 /data
# The user `node` of the image, by number: Kubernetes can tell only then that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TENANTRY_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/main.js"]
CMD ["serve"]
