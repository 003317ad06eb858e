/** Origin of the API without a trailing slash; empty on H5, where the API serves the page. Set by the build. */
declare const API_BASE: string;

declare module '*.scss';
