import { Text, View } from '@tarojs/components';
import { Button } from './button';
import { createStore, useStore } from './store';
import './confirm-dialog.scss';

interface Question {
  title: string;
  message?: string;
  /** The verb, never 确定: `删除`, `退出登录`. */
  confirm: string;
  danger?: boolean;
}

const store = createStore<(Question & { answer: (yes: boolean) => void }) | null>(null);

/** Asks before what cannot be undone. */
export function confirm(question: Question): Promise<boolean> {
  store.get()?.answer(false);
  return new Promise((resolve) => {
    store.set({
      ...question,
      answer: (yes) => {
        store.set(null);
        resolve(yes);
      },
    });
  });
}

/** Drawn by every `Page`. */
export function ConfirmHost() {
  const question = useStore(store);
  if (!question) return null;
  return (
    <View className="confirm" catchMove>
      <View className="confirm__scrim" onClick={() => question.answer(false)} />
      <View
        className="confirm__box"
        {...{ role: 'alertdialog', 'aria-modal': 'true', 'aria-label': question.title }}
      >
        <Text className="confirm__title">{question.title}</Text>
        {question.message && <Text className="confirm__message">{question.message}</Text>}
        <View className="confirm__buttons">
          <Button block onPress={() => question.answer(false)}>
            取消
          </Button>
          <Button block kind={question.danger ? 'danger' : 'primary'} onPress={() => question.answer(true)}>
            {question.confirm}
          </Button>
        </View>
      </View>
    </View>
  );
}
