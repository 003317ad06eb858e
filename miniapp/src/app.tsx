import './boot';
import { QueryClientProvider } from '@tanstack/react-query';
import { useLaunch } from '@tarojs/taro';
import type { PropsWithChildren } from 'react';
import { queryClient } from './api/query-client';
import { startApi } from './api/start';
import { toast } from './ui/toast';
import './app.scss';

if (process.env.TARO_ENV === 'h5') require('./app.h5.scss');

export default function App({ children }: PropsWithChildren) {
  useLaunch(() => startApi((text) => toast(text)));
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
}
