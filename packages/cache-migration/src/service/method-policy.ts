type AnyMethod = (...args: never[]) => unknown;

/** The name where the property is a method, optional ones included; `never` for everything else. */
type MethodName<S, Name extends keyof S> = Name extends string
  ? Exclude<S[Name], undefined> extends AnyMethod
    ? Name
    : never
  : never;

type MethodOf<S, Name extends keyof S> = Extract<S[Name], AnyMethod>;

/** A method that answers with a promise as it is, generic ones included; any other with one added. */
type Promising<Method extends AnyMethod> = Method extends (...args: never[]) => Promise<unknown>
  ? Method
  : (...args: Parameters<Method>) => Promise<Awaited<ReturnType<Method>>>;

/** The interface of a service that is migrated: its methods, each of which returns a promise. */
export type MigratedService<S> = {
  readonly [Name in keyof S as MethodName<S, Name>]: Promising<MethodOf<S, Name>>;
};

/** What a migration has to know of one method. */
export interface MethodPolicy<Method extends AnyMethod> {
  /**
   * Whether a second call changes nothing: only such a method is called on the other side too, as a
   * shadow or because next failed. A call of any other method is sent to one side, once.
   */
  readonly idempotent: boolean;
  /**
   * Milliseconds that next may take. Default: `limits.next` for idempotent methods, none for others:
   * the caller of those would only be told earlier, with an error `TIMEOUT`, of a call that may have
   * had its effect.
   */
  readonly limit?: number;
  /**
   * What decides on which side of the percentage a call falls; calls with one key go to one side.
   * Default: the first argument where it is a string, else all of them as JSON. What is no string
   * counts as `String` has it. The name of the method where there are no arguments, or where this
   * throws or says `null` or `undefined`.
   */
  readonly key?: (...args: Parameters<Method>) => string;
  /**
   * Whether the two answers are the same, for `shadow`. Default: `isDeepStrictEqual` of Node. The
   * caller has had legacy's by then, and may have changed it.
   */
  readonly compare?: (
    legacyAnswer: Awaited<ReturnType<Method>>,
    nextAnswer: Awaited<ReturnType<Method>>,
  ) => boolean;
  /** As the option of the whole migration, and in its place. */
  readonly isFailure?: (error: unknown) => boolean;
}

/** A policy for every method of the service; optional ones that are left out are not offered. */
export type MethodPolicies<S> = {
  readonly [Name in keyof S as MethodName<S, Name>]: MethodPolicy<MethodOf<S, Name>>;
};
