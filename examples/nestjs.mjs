/**
 * A cache that migrates behind NestJS: one provider, injected where the cache was.
 *
 *     PORT=3000 node nestjs.mjs
 *     curl localhost:3000/jobs/7
 *     curl -X POST localhost:3000/migration -H 'content-type: application/json' -d '{"stage":"dualwrite"}'
 *     curl -X POST localhost:3000/migration/rollback
 *
 * It is plain JavaScript, so decorators are called as the functions that they are; what `@Get(':id')`
 * above a method would do in TypeScript is said below each class.
 *
 * Whoever may move the migration may do harm: keep those routes from the public. One process; several
 * that share a cache take their steps through a fleet, see memcached-to-redis.mjs.
 */
import 'reflect-metadata';
import { keyvCache } from '@resync/cache-adapters/keyv';
import { ImprovedAsyncCache } from '@resync/cache-improved';
import { CacheMigrationManager, MigrationError } from '@resync/cache-migration';
import {
  Body,
  Catch,
  Controller,
  Get,
  HttpCode,
  Inject,
  Module,
  Param,
  Post,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Keyv } from 'keyv';

const CACHE = Symbol('the cache of jobs');

class JobsController {
  /** @type {Map<string, number>} what stands behind the cache */
  #runs = new Map();

  /** @param {CacheMigrationManager} cache */
  constructor(cache) {
    this.cache = cache;
  }

  /** @param {string} id */
  find(id) {
    return this.cache.getOrSet(`job:${id}`, () => this.#job(id));
  }

  /** @param {string} id */
  async run(id) {
    this.#runs.set(id, (this.#runs.get(id) ?? 0) + 1);
    await this.cache.delete(`job:${id}`); // after the change, and awaited before the answer
    return this.#job(id);
  }

  /** @param {string} id */
  #job(id) {
    return { id, runs: this.#runs.get(id) ?? 0 };
  }
}
decorate(JobsController, [Controller('jobs')], {
  find: [Get(':id')],
  run: [Post(':id/run'), HttpCode(200)],
});
Inject(CACHE)(JobsController, undefined, 0);
Param('id')(JobsController.prototype, 'find', 0);
Param('id')(JobsController.prototype, 'run', 0);

class MigrationController {
  /** @param {CacheMigrationManager} cache */
  constructor(cache) {
    this.cache = cache;
  }

  state() {
    return { ...this.cache.state, ...this.cache.status };
  }

  /** @param {import('@resync/cache-migration').MigrationTarget} target */
  async transition(target) {
    await this.cache.transition(target);
    return this.cache.state;
  }

  async rollback() {
    await this.cache.rollback('asked for over HTTP');
    return this.cache.state;
  }
}
decorate(MigrationController, [Controller('migration')], {
  state: [Get()],
  transition: [Post(), HttpCode(200)],
  rollback: [Post('rollback'), HttpCode(200)],
});
Inject(CACHE)(MigrationController, undefined, 0);
Body()(MigrationController.prototype, 'transition', 0);

/** Turns what a migration refuses into an answer. */
class RefusedSteps {
  /**
   * @param {MigrationError} error
   * @param {import('@nestjs/common').ArgumentsHost} host
   */
  catch({ code, message }, host) {
    host.switchToHttp().getResponse().status(409).json({ code, message });
  }
}
decorate(RefusedSteps, [Catch(MigrationError)]);

class AppModule {
  /** @param {CacheMigrationManager} cache */
  constructor(cache) {
    this.cache = cache;
  }

  onApplicationShutdown() {
    return this.cache.shutdown(); // after the last request
  }
}
Inject(CACHE)(AppModule, undefined, 0);
decorate(AppModule, [
  Module({
    controllers: [JobsController, MigrationController],
    providers: [
      {
        provide: CACHE,
        useFactory: () =>
          new CacheMigrationManager({
            component: 'jobs',
            legacy: keyvCache(new Keyv({ ttl: 60_000 })),
            next: new ImprovedAsyncCache({ defaultTtl: 60_000 }),
          }),
      },
    ],
  }),
]);

const app = await NestFactory.create(AppModule, { logger: ['error'] });
app.useGlobalFilters(new RefusedSteps());
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1');
console.log(`listening on ${await app.getUrl()}`);

/**
 * What decorators above a class and its methods do.
 *
 * @param {Function} target
 * @param {readonly ClassDecorator[]} ofClass
 * @param {Readonly<Record<string, readonly MethodDecorator[]>>} ofMethods
 */
function decorate(target, ofClass, ofMethods = {}) {
  for (const [name, decorators] of Object.entries(ofMethods)) {
    const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name) ?? {};
    for (const decorator of decorators) decorator(target.prototype, name, descriptor);
  }
  for (const decorator of ofClass) decorator(target);
}
