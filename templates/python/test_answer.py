import unittest

from answer import answer


class Answer(unittest.TestCase):
    def test_says_its_commit(self):
        self.assertEqual(answer("/", "4f2a1c", False), (200, "codebase-name from 4f2a1c\n"))

    def test_is_ready(self):
        self.assertEqual(answer("/healthz", "", False)[0], 200)

    def test_is_not_ready_while_it_drains(self):
        self.assertEqual(answer("/healthz", "", True)[0], 503)

    def test_knows_no_other_path(self):
        self.assertEqual(answer("/else", "", False)[0], 404)


if __name__ == "__main__":
    unittest.main()
