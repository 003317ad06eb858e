import { Input, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { auth, newPassword } from '#shared/auth/contract.ts';
import type { ApiError } from '../../api/call';
import { openHome, openLogin } from '../../api/navigation';
import { useAction } from '../../api/query';
import { signIn, signOut, useSession } from '../../api/session';
import { Banner, Button, Field, FieldGroup, fieldId, IconButton, Page, toast } from '../../ui';
import '../form.scss';

type Name = 'oldPassword' | 'newPassword' | 'repeated';
type Values = Readonly<Record<Name, string>>;
type Errors = Readonly<Partial<Record<Name, string>>>;

const LABELS: Readonly<Record<Name, string>> = {
  oldPassword: '原密码',
  newPassword: '新密码',
  repeated: '再输一次',
};
const NAMES = Object.keys(LABELS) as Name[];

function errorsOf({ oldPassword, newPassword: chosen, repeated }: Values): Errors {
  const judged = newPassword.safeParse(chosen);
  const refused = judged.success ? undefined : judged.error.issues[0]?.message;
  const same = chosen !== '' && chosen === oldPassword ? '新密码不能和原密码相同' : undefined;
  return {
    ...(oldPassword ? {} : { oldPassword: '请输入原密码' }),
    ...(refused || same ? { newPassword: refused ?? same } : {}),
    ...(repeated === chosen ? {} : { repeated: '两次输入的新密码不一致' }),
  };
}

function errorsFrom(error: ApiError): Errors {
  if (error.code === 'WRONG_PASSWORD') return { oldPassword: error.message };
  const named = (error.fields ?? []).filter(({ field }) => (NAMES as string[]).includes(field));
  return Object.fromEntries(named.map(({ field, message }) => [field, message]));
}

export default function PasswordPage() {
  const first = useSession()?.user.mustChangePassword ?? false;
  const [values, setValues] = useState<Values>({ oldPassword: '', newPassword: '', repeated: '' });
  const [errors, setErrors] = useState<Errors>({});
  const [visible, setVisible] = useState(false);
  const [scrollTo, setScrollTo] = useState<string>();

  const change = useAction(auth.changePassword, {
    onDone(session) {
      signIn(session);
      toast('密码已修改，其他设备已退出登录');
      if (!first && Taro.getCurrentPages().length > 1) void Taro.navigateBack();
      else void openHome();
    },
    onError(error) {
      setErrors(errorsFrom(error));
    },
  });

  const submit = () => {
    const found = errorsOf(values);
    setErrors(found);
    const name = NAMES.find((candidate) => found[candidate]);
    setScrollTo(name && fieldId(name));
    if (name) return;
    void change.run({ body: { oldPassword: values.oldPassword, newPassword: values.newPassword } });
  };

  const general =
    change.error && Object.keys(errorsFrom(change.error)).length === 0 ? change.error.message : null;

  return (
    <Page
      title={first ? '设置新密码' : '修改密码'}
      scrollTo={scrollTo}
      home={first ? null : undefined}
      banner={general && <Banner tone="danger">{general}</Banner>}
    >
      <View className="account-form">
        {first && (
          <Text className="account-form__why">第一次登录，请换成只有你知道的密码，然后就可以开始了。</Text>
        )}
        <FieldGroup>
          {NAMES.map((name) => (
            <Field
              key={name}
              name={name}
              label={first && name === 'oldPassword' ? '初始密码' : LABELS[name]}
              error={errors[name]}
              {...(name === 'newPassword' ? { hint: '至少8位，混合字母、数字或符号' } : {})}
            >
              <Input
                className="field__text"
                value={values[name]}
                type="text"
                password={!visible}
                placeholder="必填"
                placeholderClass="placeholder"
                maxlength={128}
                confirmType={name === 'repeated' ? 'done' : 'next'}
                onInput={(event) => {
                  const { value } = event.detail;
                  setValues((before) => ({ ...before, [name]: value }));
                  if (errors[name]) setErrors((before) => ({ ...before, [name]: undefined }));
                }}
                {...(name === 'repeated' ? { onConfirm: submit } : {})}
                nativeProps={{
                  autocomplete: name === 'oldPassword' ? 'current-password' : 'new-password',
                  name,
                }}
                {...{ 'aria-label': LABELS[name] }}
              />
              {name === 'newPassword' && (
                <IconButton
                  icon={visible ? 'eye-off' : 'eye'}
                  label={visible ? '隐藏密码' : '显示密码'}
                  onPress={() => setVisible(!visible)}
                />
              )}
            </Field>
          ))}
        </FieldGroup>
        <View className="account-form__buttons">
          <Button kind="primary" block pending={change.pending} onPress={submit}>
            {first ? '保存并开始使用' : '保存'}
          </Button>
          {first && (
            <Button
              kind="plain"
              block
              onPress={() => {
                signOut();
                openLogin();
              }}
            >
              换个账号登录
            </Button>
          )}
        </View>
      </View>
    </Page>
  );
}
