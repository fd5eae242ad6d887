"""A server that holds the example evidence, and questions to it."""

from servers import CommandLineTest, EVIDENCE


class EvidenceTest(CommandLineTest):

  def setUp(self):
    super().setUp()
    self.found('north')
    self.run_ok('north', 'apply', '-f', EVIDENCE, '-m', 'evidence')

  def search(self, text, *flags, server='north'):
    return self.run_json(server, 'evidence', 'search', '--filter', text,
                         *flags)

  def studies(self, text, *flags):
    return sorted({row['study'] for row in self.search(text, *flags)})
