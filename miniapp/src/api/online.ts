import { onlineManager } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

const subscribe = (listener: () => void) => onlineManager.subscribe(listener);
const isOnline = () => onlineManager.isOnline();

/** Whether the device believes it has a network. A call may still fail: believe the call. */
export const useOnline = (): boolean => useSyncExternalStore(subscribe, isOnline);
