from base64 import urlsafe_b64decode, urlsafe_b64encode

from hypothesis import given
from hypothesis import strategies as st

from pipeline.tokens import Claim, Purpose, make_token, read_token

CLAIMS = st.builds(
    Claim,
    subscriber=st.integers(0, 2**64 - 1),
    epoch=st.integers(0, 2**32 - 1),
    day=st.integers(0, 2**16 - 1),
)


@given(CLAIMS, st.sampled_from(Purpose), st.sampled_from(Purpose), st.binary(min_size=1))
def test_a_token_opens_its_own_purpose_with_its_own_secret_only(claim, purpose, other, secret):
    token = make_token(secret, purpose, claim)
    assert read_token(secret, purpose, token) == claim
    assert read_token(b"x" + secret, purpose, token) is None
    if other is not purpose:
        assert read_token(secret, other, token) is None


@given(CLAIMS, st.integers(0, 8 * 30 - 1))
def test_a_token_with_one_bit_flipped_opens_nothing(claim, bit):
    data = bytearray(urlsafe_b64decode(make_token(b"k", Purpose.CONFIRM, claim)))
    data[bit // 8] ^= 1 << bit % 8
    assert read_token(b"k", Purpose.CONFIRM, urlsafe_b64encode(data).decode()) is None


@given(st.text())
def test_any_text_is_answered(text):
    assert read_token(b"k", Purpose.CONFIRM, text) is None
