// The packages have no types of their own. Each is an Emscripten factory of embind classes.
declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const factory: import('./wasm-instances.ts').WasmFactory<
    import('./cornerstone-modules.ts').CharlsModule
  >;
  export = factory;
}
declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const factory: import('./wasm-instances.ts').WasmFactory<
    import('./cornerstone-modules.ts').OpenJpegModule
  >;
  export = factory;
}
declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const factory: import('./wasm-instances.ts').WasmFactory<
    import('./cornerstone-modules.ts').OpenJphModule
  >;
  export = factory;
}
declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const factory: import('./wasm-instances.ts').WasmFactory<
    import('./cornerstone-modules.ts').JpegTurboModule
  >;
  export = factory;
}
