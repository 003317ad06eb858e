import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { auth } from '#shared/auth/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import type { ApiError } from '../../api/call';
import { useAction } from '../../api/query';
import { Banner, Button, EmptyState, FieldGroup, fieldId, IconButton, Page, TextField } from '../../ui';
import '../form.scss';

const NAMES = ['name', 'username', 'mobile', 'email', 'password'] as const;
type Name = (typeof NAMES)[number];
type Errors = Readonly<Partial<Record<Name, string>>>;

const BLANK: Readonly<Record<Name, string>> = { name: '', username: '', mobile: '', email: '', password: '' };
const MISSING: Errors = {
  name: '请输入姓名',
  username: '请输入用户名',
  mobile: '请输入手机号',
  password: '请设置密码',
};

const errorsFrom = (fields: ApiError['fields']): Errors =>
  Object.fromEntries(
    (fields ?? [])
      .filter(({ field }) => (NAMES as readonly string[]).includes(field))
      .map(({ field, message }) => [field, message]),
  );

const back = () => {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
  else void Taro.reLaunch({ url: '/pages/login/index' });
};

/** Applies for an account, which an administrator opens. */
export default function RegisterPage() {
  const [values, setValues] = useState(BLANK);
  const [errors, setErrors] = useState<Errors>({});
  const [visible, setVisible] = useState(false);
  const [scrollTo, setScrollTo] = useState<string>();
  const [sent, setSent] = useState<string | null>(null);

  const show = (found: Errors) => {
    setErrors(found);
    const first = NAMES.find((name) => found[name]);
    setScrollTo(first && fieldId(first));
  };
  const apply = useAction(auth.register, {
    onDone: ({ message }) => setSent(message),
    onError: ({ fields }) => show(errorsFrom(fields)),
  });
  const submit = () => {
    const missing = NAMES.filter((name) => MISSING[name] && !values[name].trim());
    const judged = auth.register.body.safeParse(values);
    const refused = judged.success ? {} : errorsFrom(fieldErrorsOf(judged.error.issues));
    show({ ...refused, ...Object.fromEntries(missing.map((name) => [name, MISSING[name]])) });
    if (judged.success && missing.length === 0) void apply.run({ body: judged.data });
  };
  const field = (name: Name) => ({
    name,
    value: values[name],
    error: errors[name],
    required: name !== 'email',
    onChange: (value: string) => {
      setValues((before) => ({ ...before, [name]: value }));
      setErrors((before) => ({ ...before, [name]: undefined }));
    },
  });

  const failure =
    apply.error && Object.keys(errorsFrom(apply.error.fields)).length === 0 ? apply.error.message : null;
  return (
    <Page title="申请账号" scrollTo={scrollTo} banner={failure && <Banner tone="danger">{failure}</Banner>}>
      {sent ? (
        <EmptyState
          icon="circle-check"
          title={sent}
          hint="开通后用刚才的用户名或手机号登录。超过一个工作日还不能登录，请联系管理员：用户名或手机号可能已有账号。"
          action="返回登录"
          onAction={back}
        />
      ) : (
        <View className="account-form">
          <Text className="account-form__why">填好资料提交，管理员开通并安排部门、角色后就能登录。</Text>
          <FieldGroup>
            <TextField {...field('name')} label="姓名" maxLength={50} />
            <TextField {...field('username')} label="用户名" placeholder="登录用，字母开头" maxLength={50} />
            <TextField
              {...field('mobile')}
              label="手机号"
              kind="tel"
              placeholder="也能用来登录"
              maxLength={40}
            />
            <TextField
              {...field('email')}
              label="邮箱"
              kind="email"
              placeholder="选填，用来找回密码"
              maxLength={200}
            />
          </FieldGroup>
          <FieldGroup>
            <TextField
              {...field('password')}
              label="密码"
              kind={visible ? 'text' : 'password'}
              placeholder="至少8位，混合字母与数字"
              maxLength={128}
              onDone={submit}
              trailing={
                <IconButton
                  icon={visible ? 'eye-off' : 'eye'}
                  label={visible ? '隐藏密码' : '显示密码'}
                  onPress={() => setVisible(!visible)}
                />
              }
            />
          </FieldGroup>
          <View className="account-form__buttons">
            <Button kind="primary" block pending={apply.pending} onPress={submit}>
              提交申请
            </Button>
          </View>
          <Text className="account-form__note">资料只给管理员核对身份用；申请被拒绝后会删除。</Text>
        </View>
      )}
    </Page>
  );
}
