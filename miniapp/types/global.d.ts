/** Origin of the API without a trailing slash; empty on H5, where the API serves the page. Set by the build. */
declare const API_BASE: string;

/** The version of the package. Set by the build. */
declare const APP_VERSION: string;

declare module '*.scss';
