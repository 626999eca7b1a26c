import fc from 'fast-check';

// Without it an array of at most 300 has about ten: only a bound that is left out asks for small ones.
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true });
