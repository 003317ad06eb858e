/**
 * Runs the built mini-program in Node as WeChat would: its own script realm, a fake `wx`, and none of the globals
 * that WeChat lacks. Pages are mounted through their real life cycle, and what a page shows is read from the data
 * tree that Taro hands to `setData`.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';

export interface FakeRequest {
  url: string;
  method: string;
  data: unknown;
  header: Record<string, string>;
}

/** What the scripted server answers; `fail` makes the request end as one without network does. */
export type FakeAnswer =
  | { statusCode: number; data: unknown; header?: Record<string, string> }
  | { fail: string };

export interface HarnessOptions {
  /** Folder of the built mini-program. */
  dist: string;
  /** Answers `wx.request`; without it every request fails. */
  answer?: (request: FakeRequest) => FakeAnswer | Promise<FakeAnswer>;
  /** What is in storage before the app starts. */
  storage?: Record<string, unknown>;
  /** The phone's files by their path, which outlive the app; the camera takes `wxfile://tmp/photo.jpg`. */
  files?: Map<string, string>;
  /** Where the phone is; without it the phone cannot say. */
  location?: { latitude: number; longitude: number; accuracy: number };
}

/** One node of Taro's data tree. */
export interface DataNode {
  nn?: string;
  sid?: string;
  uid?: string;
  cl?: string;
  cn?: DataNode[];
  v?: string;
  [attribute: string]: unknown;
}

interface NativePage {
  [key: string]: unknown;
}

interface AppJson {
  pages: string[];
  subPackages?: { root: string; pages: string[] }[];
}

type Callback = (result: unknown) => void;
type Method = (
  options?: Record<string, unknown> & { success?: Callback; fail?: Callback; complete?: Callback },
) => unknown;

const BASE_GLOBALS_TO_REMOVE = [
  'WebAssembly',
  'SharedArrayBuffer',
  'Atomics',
  'Intl',
  'WeakRef',
  'FinalizationRegistry',
  'Iterator',
];

/** Newer than the oldest engines we support (ES2019), so a use of one of them must fail here. */
const METHODS_TO_REMOVE: Record<string, string[]> = {
  'Array.prototype': ['at', 'findLast', 'findLastIndex', 'toSorted', 'toReversed', 'toSpliced', 'with'],
  'String.prototype': ['at', 'replaceAll', 'isWellFormed', 'toWellFormed', 'matchAll'],
  Object: ['hasOwn', 'groupBy'],
  Map: ['groupBy'],
  Promise: ['any', 'withResolvers', 'try', 'allSettled'],
  Array: ['fromAsync'],
};

/** Asynchronous methods that simply succeed, with what they answer. */
const SUCCEEDING: Record<string, unknown> = {
  getNetworkType: { networkType: 'wifi' },
  login: { code: 'fake-login-code' },
  setNavigationBarTitle: {},
  setNavigationBarColor: {},
  showToast: {},
  hideToast: {},
  showLoading: {},
  hideLoading: {},
  showModal: { confirm: true, cancel: false },
  showActionSheet: { tapIndex: 0 },
  stopPullDownRefresh: {},
  startPullDownRefresh: {},
  setClipboardData: {},
  getClipboardData: { data: '' },
  makePhoneCall: {},
  vibrateShort: {},
  pageScrollTo: {},
  setTabBarBadge: {},
  removeTabBarBadge: {},
  showTabBarRedDot: {},
  hideTabBarRedDot: {},
  showTabBar: {},
  hideTabBar: {},
  enableAlertBeforeUnload: {},
  disableAlertBeforeUnload: {},
  getSetting: { authSetting: {} },
  getPrivacySetting: { needAuthorization: false, privacyContractName: '' },
  requestSubscribeMessage: {},
  chooseMedia: { type: 'image', tempFiles: [{ tempFilePath: 'wxfile://tmp/photo.jpg', size: 4 }] },
  scanCode: { result: 'https://crm.example/#/service/equipment/index?code=ABCDEFGH23456789' },
  compressImage: { tempFilePath: 'wxfile://tmp/photo.jpg' },
  navigateTo: {},
  redirectTo: {},
  switchTab: {},
  reLaunch: {},
  navigateBack: {},
};

const SYSTEM = {
  brand: 'devtools',
  model: 'iPhone 12',
  system: 'iOS 15.0',
  platform: 'ios',
  version: '8.0.50',
  SDKVersion: '3.8.0',
  language: 'zh_CN',
  theme: 'light',
  fontSizeSetting: 16,
  pixelRatio: 3,
  screenWidth: 390,
  screenHeight: 844,
  windowWidth: 390,
  windowHeight: 753,
  statusBarHeight: 47,
  safeArea: { top: 47, bottom: 810, left: 0, right: 390, width: 390, height: 763 },
};

export class MiniProgram {
  /** Every `wx` call in order: name and options. */
  readonly calls: { name: string; options: unknown }[] = [];
  readonly requests: FakeRequest[] = [];
  /** What the app wrote to console.error, threw from a timer or reported through App.onError. */
  readonly errors: string[] = [];
  readonly storage = new Map<string, unknown>();
  readonly pages: string[];

  private readonly options: HarnessOptions;
  private readonly modules = new Map<string, { exports: unknown }>();
  private readonly context: vm.Context;
  private readonly wx: Record<string, unknown>;
  private readonly listeners = new Map<string, Set<Callback>>();
  private readonly stack: MountedPage[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private app: NativePage = {};
  private registered: NativePage | undefined;
  private readonly pageConfigs = new Map<string, NativePage>();
  private pending = 0;
  private lastActivity = Date.now();
  private webviewId = 0;

  constructor(options: HarnessOptions) {
    this.options = options;
    for (const [key, value] of Object.entries(options.storage ?? {})) this.storage.set(key, value);
    const appJson = JSON.parse(readFileSync(path.join(options.dist, 'app.json'), 'utf8')) as AppJson;
    this.pages = [
      ...appJson.pages,
      ...(appJson.subPackages ?? []).flatMap(({ root, pages }) =>
        pages.map((page) => path.posix.join(root, page)),
      ),
    ];
    this.wx = this.createWx();
    this.context = this.createContext();
    this.load('app.js');
    if (existsSync(path.join(options.dist, 'comp.js'))) this.load('comp.js');
    const launch = { path: this.pages[0], query: {}, scene: 1001, shareTicket: '', referrerInfo: {} };
    this.run(this.app, 'onLaunch', launch);
    this.run(this.app, 'onShow', launch);
  }

  /** Opens a page as WeChat does: onLoad, onShow, onReady, then waits until the page is quiet. */
  async open(route: string, query: Record<string, string> = {}): Promise<MountedPage> {
    if (!this.pages.includes(route)) throw new Error(`${route} is not a page of app.json`);
    const config = this.pageConfig(route);
    const page = new MountedPage(this, route, config, ++this.webviewId);
    this.stack.push(page);
    page.run('onLoad', query);
    page.run('onShow');
    page.run('onReady');
    await this.settle();
    return page;
  }

  close(page: MountedPage): void {
    page.run('onUnload');
    this.stack.splice(this.stack.indexOf(page), 1);
  }

  /** The app goes to the background or returns, or the network changes. */
  emit(event: 'AppShow' | 'AppHide' | 'NetworkStatusChange' | 'ThemeChange', result: unknown = {}): void {
    for (const listener of this.listeners.get(event) ?? []) listener(result);
  }

  /** Waits until no request is under way and nothing was drawn for a moment. */
  async settle(limit = 3000): Promise<void> {
    const end = Date.now() + limit;
    this.touch();
    while (Date.now() < end && (this.pending > 0 || Date.now() - this.lastActivity < 40)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Stops the timers the app left behind. */
  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  touch(): void {
    this.lastActivity = Date.now();
  }

  run(target: NativePage, method: string, ...args: unknown[]): unknown {
    const fn = target[method];
    return typeof fn === 'function' ? fn.apply(target, args) : undefined;
  }

  nativePages(): NativePage[] {
    return this.stack.map((page) => page.native);
  }

  /** A page's script runs once in the life of the app; its config makes every instance. */
  private pageConfig(route: string): NativePage {
    const known = this.pageConfigs.get(route);
    if (known) return known;
    this.registered = undefined;
    this.load(`${route}.js`);
    const config = this.registered as NativePage | undefined;
    if (config === undefined) throw new Error(`${route} did not call Page()`);
    this.pageConfigs.set(route, config);
    return config;
  }

  private load(file: string): unknown {
    const key = path.normalize(file).replaceAll('\\', '/');
    const known = this.modules.get(key);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    this.modules.set(key, module);
    const code = readFileSync(path.join(this.options.dist, key), 'utf8');
    const wrapper = `(function (require, module, exports) {${code}\n})`;
    const run = vm.runInContext(wrapper, this.context, { filename: key }) as (...args: unknown[]) => void;
    const require = (request: string) => {
      const target = path.posix.join(path.posix.dirname(key), request);
      return this.load(target.endsWith('.js') ? target : `${target}.js`);
    };
    run(require, module, module.exports);
    return module.exports;
  }

  private createContext(): vm.Context {
    const schedule =
      (start: typeof setTimeout | typeof setInterval) =>
      (callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => {
        const timer = start(() => {
          try {
            callback(...args);
          } catch (error) {
            this.fail(error);
          }
        }, delay);
        timer.unref();
        this.timers.add(timer as NodeJS.Timeout);
        // WeChat's timer ids are numbers, and code compares them.
        return Number(timer);
      };
    const error = (...args: unknown[]) => this.fail(args.map(describe).join(' '));
    const context = vm.createContext(
      {
        wx: this.wx,
        App: (config: NativePage) => {
          this.app = config;
        },
        Page: (config: NativePage) => {
          this.registered = config;
        },
        Component: () => undefined,
        Behavior: (config: unknown) => config,
        getApp: () => this.app,
        getCurrentPages: () => this.nativePages(),
        requirePlugin: () => ({}),
        console: { log() {}, info() {}, debug() {}, warn() {}, error, group() {}, groupEnd() {} },
        setTimeout: schedule(setTimeout),
        setInterval: schedule(setInterval),
        clearTimeout: (id: number) => clearTimeout(id),
        clearInterval: (id: number) => clearInterval(id),
      },
      { name: 'mini-program' },
    );
    vm.runInContext(
      `
      for (const name of ${JSON.stringify(BASE_GLOBALS_TO_REMOVE)}) delete globalThis[name];
      const removed = ${JSON.stringify(METHODS_TO_REMOVE)};
      for (const owner of Object.keys(removed)) {
        const target = owner.split('.').reduce((value, key) => value[key], globalThis);
        for (const method of removed[owner]) delete target[method];
      }
      const inert = function Function() { return function () {}; };
      inert.prototype = Function.prototype;
      Function.prototype.constructor = inert;
      globalThis.Function = inert;
      globalThis.eval = function () {};
      `,
      context,
    );
    return context;
  }

  private fail(error: unknown): void {
    this.errors.push(describe(error));
  }

  private createWx(): Record<string, unknown> {
    const wx: Record<string, unknown> = {};
    const record = (name: string, options: unknown) => {
      this.calls.push({ name, options });
      this.touch();
    };
    const later = (run: () => void) => {
      this.pending++;
      setTimeout(() => {
        this.pending--;
        this.touch();
        run();
      }, 0);
    };
    for (const [name, result] of Object.entries(SUCCEEDING)) {
      const method: Method = (options = {}) => {
        record(name, options);
        const answer = { errMsg: `${name}:ok`, ...(result as object) };
        later(() => {
          options.success?.(answer);
          options.complete?.(answer);
        });
      };
      wx[name] = method;
    }
    for (const event of [
      'AppShow',
      'AppHide',
      'NetworkStatusChange',
      'ThemeChange',
      'Error',
      'UnhandledRejection',
      'PageNotFound',
      'WindowResize',
      'KeyboardHeightChange',
      'MemoryWarning',
      'NeedPrivacyAuthorization',
    ]) {
      wx[`on${event}`] = (listener: Callback) => {
        this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
      };
      wx[`off${event}`] = (listener: Callback) => this.listeners.get(event)?.delete(listener);
    }
    for (const name of [
      'getSystemInfoSync',
      'getWindowInfo',
      'getDeviceInfo',
      'getAppBaseInfo',
      'getSystemSetting',
    ]) {
      wx[name] = () => ({ ...SYSTEM });
    }
    wx.getSystemInfo = (options: { success?: Callback } = {}) =>
      later(() => options.success?.({ ...SYSTEM }));
    wx.getMenuButtonBoundingClientRect = () => ({
      top: 51,
      bottom: 83,
      left: 296,
      right: 383,
      width: 87,
      height: 32,
    });
    wx.getAccountInfoSync = () => ({
      miniProgram: { appId: 'touristappid', envVersion: 'develop', version: '' },
    });
    wx.getLaunchOptionsSync = () => ({ path: this.pages[0], query: {}, scene: 1001 });
    wx.getEnterOptionsSync = wx.getLaunchOptionsSync;
    wx.canIUse = () => true;
    wx.nextTick = (callback: () => void) => setTimeout(callback, 0);
    wx.env = { USER_DATA_PATH: 'wxfile://usr' };
    wx.cloud = {};

    // Storage keeps a copy, as WeChat does: what is read is never the object that was written.
    const copy = (value: unknown) => (value === undefined ? '' : JSON.parse(JSON.stringify(value)));
    wx.getStorageSync = (key: string) => copy(this.storage.get(key));
    wx.setStorageSync = (key: string, value: unknown) => void this.storage.set(key, copy(value));
    wx.removeStorageSync = (key: string) => void this.storage.delete(key);
    wx.clearStorageSync = () => this.storage.clear();
    wx.getStorageInfoSync = () => ({ keys: [...this.storage.keys()], currentSize: 1, limitSize: 10240 });

    wx.request = (
      options: Record<string, unknown> & { success?: Callback; fail?: Callback; complete?: Callback },
    ) => {
      const request: FakeRequest = {
        url: String(options.url),
        method: String(options.method ?? 'GET').toUpperCase(),
        data: copy(options.data),
        header: (options.header ?? {}) as Record<string, string>,
      };
      if (request.method === 'PATCH') throw new Error('wx.request has no PATCH');
      record('request', request);
      this.requests.push(request);
      let aborted = false;
      const end = (callback: Callback | undefined, result: unknown) => {
        callback?.(result);
        options.complete?.(result);
      };
      this.pending++;
      const work = async (): Promise<FakeAnswer> => {
        if (!this.options.answer) return { fail: 'no server' };
        return this.options.answer(request);
      };
      setTimeout(() => {
        work().then(
          (answer) => {
            this.pending--;
            this.touch();
            if (aborted) return end(options.fail, { errMsg: 'request:fail abort' });
            if ('fail' in answer)
              return end(options.fail, { errMsg: `request:fail ${answer.fail}`, errno: 600001 });
            end(options.success, {
              errMsg: 'request:ok',
              header: {},
              cookies: [],
              ...answer,
              data: copy(answer.data),
            });
          },
          (error: unknown) => {
            this.pending--;
            this.fail(error);
          },
        );
      }, 0);
      return {
        abort: () => {
          aborted = true;
        },
        onHeadersReceived() {},
        offHeadersReceived() {},
        onChunkReceived() {},
        offChunkReceived() {},
      };
    };

    wx.getFileSystemManager = () => fileSystem(this.options.files ?? new Map());
    wx.uploadFile = (
      options: Record<string, unknown> & { success?: Callback; fail?: Callback; complete?: Callback },
    ) => {
      const data = { [String(options.name)]: this.options.files?.get(String(options.filePath)) };
      const task = (wx.request as Method)({ ...options, method: 'POST', data });
      return { ...(task as object), onProgressUpdate() {}, offProgressUpdate() {} };
    };

    wx.getLocation = ((options = {}) => {
      record('getLocation', options);
      const { location } = this.options;
      later(() => {
        if (location) options.success?.({ errMsg: 'getLocation:ok', ...location });
        else options.fail?.({ errMsg: 'getLocation:fail system error' });
      });
    }) satisfies Method;

    wx.createSelectorQuery = () => {
      const query: Record<string, unknown> = {};
      let callback: Callback | undefined;
      let found: unknown = null;
      for (const name of [
        'in',
        'select',
        'selectAll',
        'selectViewport',
        'boundingClientRect',
        'scrollOffset',
        'node',
        'context',
      ]) {
        query[name] = () => query;
      }
      // Nothing has been laid out; only a canvas says how large it is.
      query.fields = ({ node }: { node?: boolean }) => {
        if (node) found = { node: blankCanvas(), width: 358, height: 180 };
        return query;
      };
      query.exec = (done?: Callback) => {
        callback = done;
        later(() => {
          if (found) record('measureCanvas', {});
          callback?.([found]);
        });
        return query;
      };
      return query;
    };
    wx.createIntersectionObserver = () => ({
      relativeTo: () => wx.createIntersectionObserver,
      relativeToViewport: () => wx.createIntersectionObserver,
      observe() {},
      disconnect() {},
    });
    wx.getUpdateManager = () => ({
      onCheckForUpdate() {},
      onUpdateReady() {},
      onUpdateFailed() {},
      applyUpdate() {},
    });
    return wx;
  }
}

/** A canvas on which everything can be drawn, and nothing shows. */
function blankCanvas(): object {
  const pen = new Proxy({}, { get: () => () => undefined, set: () => true });
  return { width: 0, height: 0, getContext: () => pen };
}

/** As much of WeChat's file system as is used; like WeChat's it throws for what is not there. */
function fileSystem(files: Map<string, string>) {
  const contentOf = (file: string) => {
    const content = files.get(file);
    if (content === undefined) throw new Error(`no such file or directory ${file}`);
    return content;
  };
  return {
    mkdirSync() {},
    rmdirSync() {},
    readdirSync: (folder: string) =>
      [...files.keys()]
        .filter((file) => file.startsWith(`${folder}/`))
        .map((file) => file.slice(folder.length + 1)),
    statSync: (file: string) => ({ size: contentOf(file).length }),
    copyFileSync: (from: string, to: string) => void files.set(to, contentOf(from)),
    unlinkSync: (file: string) => {
      contentOf(file);
      files.delete(file);
    },
  };
}

export class MountedPage {
  readonly route: string;
  readonly native: NativePage;
  private readonly program: MiniProgram;

  constructor(program: MiniProgram, route: string, config: NativePage, webviewId: number) {
    this.program = program;
    this.route = route;
    this.native = {
      ...config,
      data: JSON.parse(JSON.stringify(config.data ?? {})),
      route,
      __route__: route,
      __webviewId__: webviewId,
      setData: (patch: Record<string, unknown>, done?: () => void) => {
        for (const [target, value] of Object.entries(patch)) assign(this.native.data, target, value);
        program.touch();
        if (done) setTimeout(() => done.call(this.native), 0);
      },
      selectComponent: () => null,
      selectAllComponents: () => [],
      createSelectorQuery: () =>
        (program as unknown as { wx: { createSelectorQuery: () => unknown } }).wx.createSelectorQuery(),
    };
  }

  run(method: string, ...args: unknown[]): unknown {
    return this.program.run(this.native, method, ...args);
  }

  get root(): DataNode {
    return ((this.native.data as { root?: DataNode }).root ?? {}) as DataNode;
  }

  /** All nodes in reading order, each with its ancestors from the nearest outwards. */
  nodes(): { node: DataNode; ancestors: DataNode[] }[] {
    const found: { node: DataNode; ancestors: DataNode[] }[] = [];
    const walk = (node: DataNode, ancestors: DataNode[]) => {
      found.push({ node, ancestors });
      for (const child of node.cn ?? []) walk(child, [node, ...ancestors]);
    };
    walk(this.root, []);
    return found;
  }

  /** The texts of the page in reading order. */
  get texts(): string[] {
    return this.nodes()
      .filter(({ node }) => node.cn === undefined || node.cn.length === 0)
      .map(({ node }) => node.v)
      .filter((text): text is string => typeof text === 'string' && text !== '');
  }

  get text(): string {
    return this.texts.join('\n');
  }

  /** Taps the first node that shows this text or carries it as its `aria-label`; the event bubbles as in WeChat. */
  async tap(label: string): Promise<void> {
    const hit = await this.find(label);
    const elements = [hit.node, ...hit.ancestors].filter(
      (node) => node.cn !== undefined && node.nn !== undefined,
    );
    for (const node of elements) this.fire(node, 'tap');
    await this.program.settle();
  }

  /** Types into the input whose placeholder this is. */
  async type(placeholder: string, value: string): Promise<void> {
    const { node } = await this.find(placeholder);
    this.fire(node, 'input', { value, cursor: value.length });
    await this.program.settle();
  }

  /** The first node with such an attribute or text, as soon as there is one. */
  async find(value: string, limit = 30_000): Promise<{ node: DataNode; ancestors: DataNode[] }> {
    for (const end = Date.now() + limit; ; await this.program.settle()) {
      // Taro numbers the attributes of the tree, so an attribute is found by its value.
      const hit = this.nodes().find(({ node }) => Object.values(node).includes(value));
      if (hit) return hit;
      if (Date.now() > end)
        throw new Error(`Nothing on ${this.route} says ${value}. It shows:\n${this.text}`);
    }
  }

  /** Fires an event at one node, as the template's `bindxxx="eh"` would. */
  fire(
    node: DataNode,
    type: string,
    detail: Record<string, unknown> = {},
    touches: { x: number; y: number }[] = [],
  ): void {
    const id = String(node.uid ?? node.sid ?? '');
    if (id === '') return;
    const target = { id, dataset: { sid: node.sid ?? id }, offsetLeft: 0, offsetTop: 0 };
    this.run('eh', {
      type,
      timeStamp: Date.now(),
      detail,
      target,
      currentTarget: target,
      touches,
      changedTouches: [],
      mark: {},
    });
  }
}

function describe(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'stack' in value) return String(value.stack);
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

/** Applies one `setData` entry such as `root.cn.[0].cl`. The value is copied as the bridge to the view copies it. */
function assign(data: unknown, target: string, value: unknown): void {
  const keys = target.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop();
  if (last === undefined) return;
  let owner = data as Record<string, unknown>;
  for (const key of keys) {
    if (typeof owner[key] !== 'object' || owner[key] === null) owner[key] = {};
    owner = owner[key] as Record<string, unknown>;
  }
  owner[last] = value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
