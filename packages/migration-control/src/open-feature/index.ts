export {
  openFeatureSource,
  type OpenFeatureSourceOptions,
} from '../sources/open-feature-source.js';
