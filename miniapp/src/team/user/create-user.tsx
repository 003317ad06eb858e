import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { departments } from '#shared/departments/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { roles } from '#shared/roles/contract.ts';
import { users } from '#shared/users/contract.ts';
import { useDraft } from '../../api/drafts';
import { useAction } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Banner, Button, Page } from '../../ui';
import { PasswordSheet } from './password-sheet';
import { useErrors } from './use-errors';
import { UserFields } from './user-fields';
import { BLANK_EDIT } from './user-form';

export function CreateUser() {
  const draft = useDraft('user', BLANK_EDIT.form);
  const form = draft.value;
  const { errors, failure, scrollTo, show, clear, fail } = useErrors();
  const [made, setMade] = useState<{ id: string; name: string; username: string; password: string } | null>(
    null,
  );
  const create = useAction(users.create, {
    refresh: [users.list, departments.list, roles.list],
    onDone({ user, initialPassword }) {
      draft.clear();
      setMade({ id: user.id, name: user.name, username: user.username, password: initialPassword });
    },
    onError(error) {
      if (error.fields) show(error.fields);
      else if (error.status !== 401) fail(error.message);
    },
  });
  const save = () => {
    const judged = users.create.body.safeParse({ ...form, departmentId: form.departmentId || null });
    if (!judged.success) return show(fieldErrorsOf(judged.error.issues));
    show([]);
    void create.run({ body: judged.data });
  };
  return (
    <Page
      title="新建员工"
      home="/pages/me/index"
      scrollTo={scrollTo}
      banner={
        failure ? (
          <Banner tone="danger">{failure}</Banner>
        ) : draft.restored !== null ? (
          <Banner tone="accent" icon="history" action="清空重填" onAction={draft.discard}>
            已恢复上次没提交的内容
          </Banner>
        ) : (
          <ConnectionBanner />
        )
      }
      footer={
        <View className="user__save">
          <Button kind="primary" block pending={create.pending} disabled={made !== null} onPress={save}>
            创建并生成初始密码
          </Button>
        </View>
      }
    >
      <View className="user">
        <UserFields
          isNew
          value={form}
          errors={errors}
          onChange={(changes) => {
            clear(Object.keys(changes));
            draft.setValue((before) => ({ ...before, ...changes }));
          }}
        />
      </View>
      <PasswordSheet
        account={made}
        onClose={() => made && void Taro.redirectTo({ url: `/team/user/index?id=${made.id}` })}
      />
    </Page>
  );
}
